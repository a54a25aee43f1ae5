import EnclaveCrypto
import Wire

/// libFuzzer's entry: whatever stands in an index whose root is right, reading it gives values or an error, never more than it holds.
///
/// The input is the data blocks, header first; hash tree and root are made here, and so are the lengths that follow from them.
@c(LLVMFuzzerTestOneInput)
public func fuzzIndex(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let size = IndexFormat.blockSize
    let blocks = (bytes.count + size - 1) / size
    guard blocks > 0, let geometry = try? IndexGeometry(dataBlocks: UInt64(blocks)) else { return 0 }
    var file = bytes + [UInt8](repeating: 0, count: blocks * size - bytes.count)
    put(UInt64(blocks * size), 8, at: 24, in: &file)
    put(UInt64(geometry.blocks.count), 4, at: 32, in: &file)
    var level = file
    var isTop = false
    while !isTop {
        let digests = stride(from: 0, to: level.count, by: size).flatMap { SHA256.hash([UInt8](level[$0..<$0 + size])).bytes }
        isTop = level.count == size
        level = digests + [UInt8](repeating: 0, count: (size - digests.count % size) % size)
        file += level
    }
    let top = SHA256.hash(level)
    let root = IndexRoot.digest(top: top, geometry: geometry)
    guard let reader = try? IndexReader(source: Bytes(file), root: root, length: UInt64(file.count), cachedBlocks: 8) else {
        return 0
    }
    for number in 0..<UInt32(min(reader.header.inodes.count, 40)) { look(at: number, reader) }
    return 0
}

private func put(_ value: UInt64, _ count: Int, at place: Int, in file: inout [UInt8]) {
    for index in 0..<count { file[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
}

/// Everything the LibOS asks of one file.
private func look(at number: UInt32, _ reader: IndexReader<Bytes>) {
    guard let inode = try? reader.inode(number) else { return }
    let name = Array("name".utf8)
    _ = name.withUnsafeBytes { try? reader.lookup($0, in: inode) }
    for position in [0, 1, 7, Int.max] {
        guard let entry = try? reader.entry(position, of: inode) else { continue }
        precondition(entry.name.count <= 65535)
        _ = entry.name.withUnsafeBytes { try? reader.lookup($0, in: inode) }
    }
    if let target = try? reader.linkTarget(of: inode) { precondition(target.count <= 4096) }
    for chunk in [0, 1, UInt64.max] { _ = try? reader.chunkDigest(chunk, of: inode) }
    if let attributes = try? reader.xattrs(of: inode) { precondition(attributes.count <= 65535) }
    if let sites = try? reader.sites(of: inode, from: 0, to: 10_000) {
        precondition(sites.allSatisfy { $0.length >= 5 && $0.length <= 15 && $0.offset < 10_000 })
    }
}

private final class Bytes: IndexBlockSource {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError) {
        guard offset <= UInt64(bytes.count), buffer.count <= bytes.count - Int(offset) else { throw .unavailable }
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + buffer.count]))
        }
    }
}
