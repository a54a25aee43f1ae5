import Synchronization
import Volume

/// Blocks in memory, and a host that can lose power, run out of space, or lie.
final class MemoryStore: BlockStore {
    private(set) var bytes: [UInt8] = []
    /// The bytes as of each `sync`, and what was written since: what a disk may hold after a failure of the machine.
    private(set) var synced: [UInt8] = []
    private var unsynced: [(block: UInt32, bytes: [UInt8])] = []
    /// Writes and syncs that are still served; `nil`: all.
    var operationsLeft: Int?
    var mostBlocks = UInt32.max
    private(set) var operations = 0
    private var seed: UInt64

    init(_ bytes: [UInt8] = [], seed: UInt64 = 1) {
        self.bytes = bytes
        synced = bytes
        self.seed = seed
    }

    var blockCount: UInt32 { UInt32(bytes.count / Block.byteCount) }

    func read(_ block: UInt32, into pages: [UnsafeMutableRawPointer]) throws(VolumeError) {
        for (index, page) in pages.enumerated() {
            let start = (Int(block) + index) * Block.byteCount
            guard start + Block.byteCount <= bytes.count else { throw .host(5) }
            bytes.withUnsafeBytes { page.copyMemory(from: $0.baseAddress! + start, byteCount: Block.byteCount) }
        }
    }

    func replace(with new: [UInt8]) { bytes = new }

    private func step() throws(VolumeError) {
        operations += 1
        guard let left = operationsLeft else { return }
        guard left > 0 else { throw .host(5) }
        operationsLeft = left - 1
    }

    func write(_ block: UInt32, _ from: UnsafeRawPointer, count: Int) throws(VolumeError) {
        try step()
        let start = Int(block) * Block.byteCount
        let data = [UInt8](UnsafeRawBufferPointer(start: from, count: count * Block.byteCount))
        guard start + data.count <= bytes.count else { throw .host(5) }
        bytes.replaceSubrange(start..<start + data.count, with: data)
        for index in 0..<count {
            let part = data[index * Block.byteCount..<(index + 1) * Block.byteCount]
            unsynced.append((block + UInt32(index), [UInt8](part)))
        }
    }

    func sync() throws(VolumeError) {
        try step()
        synced = bytes
        unsynced = []
    }

    func resize(to blocks: UInt32) throws(VolumeError) {
        guard blocks <= mostBlocks else { throw .host(28) }
        let length = Int(blocks) * Block.byteCount
        if length > bytes.count {
            bytes += [UInt8](repeating: 0, count: length - bytes.count)
        } else {
            bytes.removeLast(bytes.count - length)
        }
    }

    func random(_ start: UnsafeMutableRawPointer, _ count: Int) {
        var generator = SystemRandomNumberGenerator()
        for index in 0..<count {
            start.storeBytes(of: UInt8.random(in: 0...255, using: &generator), toByteOffset: index, as: UInt8.self)
        }
    }

    /// What the disk holds after the power failed: all that was synced, and any of the blocks written since, each one whole or not at all.
    func afterPowerFailure(keeping choose: () -> Bool) -> [UInt8] {
        var result = synced
        func lengthen(to count: Int) { result += [UInt8](repeating: 0, count: max(0, count - result.count)) }
        if choose() { lengthen(to: bytes.count) }
        for write in unsynced where choose() {
            let start = Int(write.block) * Block.byteCount
            lengthen(to: start + Block.byteCount)
            result.replaceSubrange(start..<start + Block.byteCount, with: write.bytes)
        }
        return result
    }
}
