/// A host stream as a file: /proc/self/fd/1 opened anew leads to the same stream.
final class HostStreamNode: Node {
    let source: StreamSource
    let isTerminal: Bool

    init(_ streams: HostStreams, _ source: StreamSource, _ kind: FileKind, isTerminal: Bool) {
        self.source = source
        self.isTerminal = isTerminal
        super.init(fileSystem: streams, number: streams.newNumber(), kind: kind)
    }

    var shownPath: Bytes {
        if isTerminal { return Bytes(text: "/dev/console") }
        var text = TextBuilder("pipe:[")
        text.add(number)
        text.add("]")
        return text.bytes
    }

    override func status() throws(Errno) -> FileStatus {
        var status = GeneratedStatus.make(self, mode: isTerminal ? 0o620 : 0o600)
        if kind == .characterDevice { status.represents = isTerminal ? DeviceNumber.pack(5, 1) : DeviceNumber.pack(1, 3) }
        return status
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        HostStream(source, node: self, path: shownPath, flags: flags)
    }

    override func truncate(to size: UInt64) throws(Errno) {}
    override func setMode(_ mode: UInt32) throws(Errno) {}
    override func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {}
    override func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {}
}
