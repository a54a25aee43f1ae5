/// Blocks of a store behind a cipher: clear bytes on this side, sealed ones on the other.
///
/// What is written is gathered while its blocks follow each other, and goes out in one piece.
final class SealedBlocks<Store: BlockStore> {
    let store: Store
    let cipher: BlockCipher
    private let staging: UnsafeMutableRawPointer
    private var first: UInt32 = 0
    private var gathered = 0
    private(set) var blocksRead: UInt64 = 0
    private(set) var blocksWritten: UInt64 = 0

    init(_ store: Store, _ cipher: BlockCipher) {
        self.store = store
        self.cipher = cipher
        staging = .allocate(byteCount: Block.byteCount * Block.mostAtOnce, alignment: 64)
    }

    deinit { staging.deallocate() }

    /// Reads what the references stand for, whose blocks follow each other; each page holds authentic bytes afterwards.
    func read(_ references: [BlockReference], into pages: [UnsafeMutableRawPointer], _ role: BlockCipher.Role) throws(VolumeError) {
        guard let start = references.first?.block else { return }
        try store.read(start, into: pages)
        blocksRead += UInt64(pages.count)
        let cipher = cipher
        let bad = store.compute { () -> UInt32 in
            for index in 0..<references.count
            where !cipher.open(pages[index], Block.byteCount, role, references[index]) { return references[index].block }
            return 0
        }
        guard bad == 0 else { throw .damaged(block: bad) }
    }

    /// Seals a copy of the page for `block`; it is with the store after `flush`.
    func write(_ page: UnsafeRawPointer, to block: UInt32, _ role: BlockCipher.Role) throws(VolumeError) -> BlockReference {
        if gathered > 0, block != first + UInt32(gathered) || gathered == Block.mostAtOnce { try flush() }
        if gathered == 0 { first = block }
        let place = staging + gathered * Block.byteCount
        var reference = cipher.reference(to: block)
        let cipher = cipher
        let sealed = store.compute { () -> Bool in
            place.copyMemory(from: page, byteCount: Block.byteCount)
            return cipher.seal(place, Block.byteCount, role, &reference)
        }
        guard sealed else { throw .stopped }
        gathered += 1
        return reference
    }

    func flush() throws(VolumeError) {
        guard gathered > 0 else { return }
        let count = gathered
        gathered = 0
        blocksWritten += UInt64(count)
        try store.write(first, staging, count: count)
    }
}
