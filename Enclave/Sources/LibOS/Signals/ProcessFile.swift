/// A pidfd: a process by descriptor, readable when it has ended.
final class ProcessFile: OpenFile {
    let process: Process

    init(_ process: Process, flags: UInt32) {
        self.process = process
        let node = AnonymousNode(AnonymousFileSystem.others, kind: .anonymous)
        super.init(
            node: node, path: Bytes(text: "anon_inode:[pidfd]"), flags: OpenFlags.readWrite | flags & OpenFlags.nonBlocking)
    }

    override func readiness() -> PollEvents { process.threads.isEmpty ? [.readable] : [] }
    override var waitQueues: [WaitQueue] { [process.signals.arrivals] }
    override var isPollable: Bool { true }
}
