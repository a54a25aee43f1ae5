import Volume

/// A named pipe, a socket or a device node of an encrypted volume: its name lasts, what goes through it does not.
final class EncryptedSpecial: EncryptedNode {
    private let pipe: Pipe?

    override init(_ system: EncryptedFileSystem, _ file: VolumeFile) {
        pipe = FileKind(bits: file.record.mode) == .fifo ? Pipe() : nil
        super.init(system, file)
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        guard let pipe else { throw .ENXIO }
        return try pipe.open(as: self, path: path, flags: flags)
    }
}
