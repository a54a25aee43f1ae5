@testable import Volume

/// libFuzzer's entry: a structure of a volume decodes to something that encodes to the same bytes, or is refused.
///
/// Whoever could make such bytes has the key; still no decoder may reach beyond them. The first byte chooses the structure.
@c(LLVMFuzzerTestOneInput)
public func fuzzVolume(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard !bytes.isEmpty else { return 0 }
    switch bytes.removeFirst() {
    case 0: header(bytes)
    case 1: if let record = FileRecord(decoding: bytes) { precondition(FileRecord(decoding: record.encoded) == record) }
    case 2: if let bucket = NameBucket(decoding: bytes) { precondition(bucket.encoded == bytes) }
    case 3: if let bucket = AttributeBucket(decoding: bytes) { precondition(bucket.encoded == bytes) }
    case 4: if let group = ReferenceGroup(decoding: bytes, limit: 5000) { precondition(group.encoded == bytes) }
    case 5: map(bytes)
    case 6: superblock(bytes)
    case let level: node(bytes, level % 3)
    }
    return 0
}

private func header(_ bytes: [UInt8]) {
    guard let header = try? VolumeHeader(decoding: bytes) else { return }
    precondition((try? VolumeHeader(decoding: header.encoded)) == header)
}

private func map(_ bytes: [UInt8]) {
    var map = BlockMap()
    map.resize(to: 5000)
    guard map.load(group: 1, bytes) else { return }
    precondition(map.encode(group: 1) == bytes)
    while let block = map.allocate() { precondition(block < 5000) }
}

private func page(_ bytes: [UInt8], _ body: (UnsafeMutableRawPointer) -> Void) {
    let page = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)
    defer { page.deallocate() }
    UnsafeMutableRawBufferPointer(start: page, count: Block.byteCount).initializeMemory(as: UInt8.self, repeating: 0)
    bytes.withUnsafeBytes { raw in
        if let start = raw.baseAddress { page.copyMemory(from: start, byteCount: min(raw.count, Block.byteCount)) }
    }
    body(page)
}

private func superblock(_ bytes: [UInt8]) {
    page(bytes) { page in
        guard let block = Superblock(decoding: page) else { return }
        precondition(block.root.block < block.blockCount)
    }
}

private func node(_ bytes: [UInt8], _ level: UInt8) {
    page(bytes) { page in
        guard let node = TreeNode(decoding: page, level: level, limit: 5000) else { return }
        precondition(node.bytes <= TreeNode.capacity)
        let copy = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)
        defer { copy.deallocate() }
        node.encode(into: copy)
        guard let again = TreeNode(decoding: copy, level: level, limit: 5000) else {
            preconditionFailure("it does not decode again")
        }
        precondition(again.keys == node.keys && again.values == node.values)
    }
}
