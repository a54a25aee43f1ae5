/// A character device the kernel itself is behind.
final class DeviceNode: Node {
    enum Device { case null, zero, full, random, terminal }

    private let device: Device
    private let represents: UInt64

    init(_ fileSystem: FileSystem, _ device: Device, _ major: UInt32, _ minor: UInt32) {
        self.device = device
        represents = DeviceNumber.pack(major, minor)
        super.init(fileSystem: fileSystem, number: fileSystem.newNumber(), kind: .characterDevice)
    }

    override func status() throws(Errno) -> FileStatus {
        var status = GeneratedStatus.make(self, mode: 0o666)
        status.represents = represents
        return status
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
