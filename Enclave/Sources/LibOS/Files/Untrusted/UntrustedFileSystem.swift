import Wire

/// A file or a directory of the host that the manifest lists as untrusted: read when it is opened, copied once, used from the copy.
///
/// The host cannot be asked for a listing: names below a directory can be opened, not enumerated.
final class UntrustedFileSystem: FileSystem {
    /// Number of the mount in the configuration.
    let mount: Int
    let time = FileTime.now()

    /// Configuration files, not data: more than this is refused.
    static let largest = 16 << 20

    init(mount: Int) {
        self.mount = mount
        super.init(typeName: "untrusted", type: FileSystemType.untrusted, readOnly: true)
    }

    /// Size of a file, or `nil` for a directory.
    ///
    /// BLOCKS.
    func size(of path: Bytes) throws(Errno) -> UInt64? {
        var nothing: UInt8 = 0
        let result = Host.fetchUntrusted(mount: mount, path: path, offset: 0, into: &nothing, count: 0)
        if result == -Int(Errno.EISDIR.code) { return nil }
        guard result >= 0 else { throw result >= -4095 ? Errno(code: Int32(-result)) : .EIO }
        return UInt64(result)
    }

    /// The whole file as it is now.
    ///
    /// BLOCKS.
    func contents(of path: Bytes) throws(Errno) -> Bytes {
        guard let size = try size(of: path) else { throw .EISDIR }
        guard size <= UInt64(Self.largest) else { throw .EFBIG }
        var contents: Bytes = []
        let memory = KernelBuffer(count: min(Int(size) + 1, CallFrame.dataLength))
        while contents.count <= Int(size) {
            let wanted = min(memory.count, Int(size) + 1 - contents.count)
            let start = UInt64(contents.count)
            let result = Host.fetchUntrusted(mount: mount, path: path, offset: start, into: memory.bytes, count: wanted)
            guard result >= 0 else { throw .EIO }
            guard result > 0 else { break }
            contents.append(contentsOf: UnsafeRawBufferPointer(start: memory.bytes, count: min(result, wanted)))
        }
        // Grown since its size was asked for: the part that was announced.
        if contents.count > Int(size) { contents.removeLast(contents.count - Int(size)) }
        return contents
    }

    /// The node at the mount point.
    ///
    /// BLOCKS.
    func rootNode() -> Node {
        let isDirectory: Bool
        do throws(Errno) { isDirectory = try size(of: []) == nil } catch { isDirectory = false }
        return UntrustedNode(self, [], kind: isDirectory ? .directory : .regular)
    }
}
