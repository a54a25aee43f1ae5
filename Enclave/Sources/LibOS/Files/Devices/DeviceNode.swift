/// A character device the kernel itself is behind.
final class DeviceNode: Node {
    enum Device { case null, zero, full, random, terminal }

    private let device: Device
    private let represents: UInt64
    /// As `chmod` and `chown` left them: nothing asks for the right to a device but these bits.
    private var mode: UInt32 = 0o666
    private var owner: (uid: UInt32, gid: UInt32)?

    init(_ fileSystem: FileSystem, _ device: Device, _ major: UInt32, _ minor: UInt32) {
        self.device = device
        represents = DeviceNumber.pack(major, minor)
        super.init(fileSystem: fileSystem, number: fileSystem.newNumber(), kind: .characterDevice)
    }

    override func status() throws(Errno) -> FileStatus {
        var status = GeneratedStatus.make(self, mode: mode)
        if let owner { (status.uid, status.gid) = (owner.uid, owner.gid) }
        status.represents = represents
        return status
    }

    override func setMode(_ mode: UInt32) throws(Errno) { self.mode = mode & 0o7777 }

    override func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        let old = try status()
        owner = (uid ?? old.uid, gid ?? old.gid)
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        switch device {
        case .null: return NullDevice(node: self, path: path, flags: flags)
        case .zero: return ZeroDevice(node: self, path: path, flags: flags)
        case .full: return FullDevice(node: self, path: path, flags: flags)
        case .random: return RandomDevice(node: self, path: path, flags: flags)
        case .terminal:
            guard let source = HostStreams.shared.terminal else { throw .ENXIO }
            return HostStream(source, node: self, path: path, flags: flags)
        }
    }

    override func truncate(to size: UInt64) throws(Errno) {}
    override func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {}
}
