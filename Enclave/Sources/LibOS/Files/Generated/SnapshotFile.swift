/// An open file whose bytes were made when it was opened.
final class SnapshotFile: PositionedFile {
    private var contents: Bytes
    private let save: ((Bytes) throws(Errno) -> Void)?

    init(_ contents: Bytes, node: Node, path: Bytes, flags: UInt32, save: ((Bytes) throws(Errno) -> Void)? = nil) {
        self.contents = contents
        self.save = save
        super.init(node: node, path: path, flags: flags)
    }

    override var mappable: Bool { true }
    override func size() throws(Errno) -> UInt64 { UInt64(contents.count) }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset < UInt64(contents.count) else { return 0 }
        let start = Int(offset)
        let count = min(buffer.count, contents.count - start)
        try contents.withUnsafeBufferPointer { (part) throws(Errno) in
            guard let base = part.baseAddress else { return }
            try buffer.copyOut(base + start, count, at: 0)
        }
        return count
    }

    /// A write is the new contents, from wherever it is made.
    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard let save else { throw .EBADF }
        guard buffer.count <= 4096 else { throw .EINVAL }
        let new = try KernelBuffer(copying: buffer).contents
        try save(new)
        contents = new
        return buffer.count
    }

    override func truncate(to size: UInt64) throws(Errno) {
        guard save != nil else { throw .EINVAL }
    }
}
