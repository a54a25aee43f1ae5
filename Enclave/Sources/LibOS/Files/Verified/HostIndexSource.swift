import Wire

/// The index file of a tree as the host gives it.
final class HostIndexSource: IndexBlockSource {
    private let tree: TreeNumber

    init(_ tree: TreeNumber) { self.tree = tree }

    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError) {
        guard let start = buffer.baseAddress, Host.fetchIndex(tree, offset: offset, into: start, count: buffer.count) else {
            throw .unavailable
        }
    }
}
