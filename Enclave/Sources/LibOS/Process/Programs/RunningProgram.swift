/// The file that a process runs: as long as one does, nobody writes it.
final class RunningProgram {
    let node: Node

    init(_ node: Node) {
        self.node = node
        node.runners += 1
    }

    deinit { node.runners -= 1 }

    /// What /proc/self/exe shows, which was started by `path`.
    ///
    /// BLOCKS.
    func shownPath(_ path: Bytes) throws(Errno) -> Bytes {
        try node.status().links > 0 ? path : path + Bytes(text: " (deleted)")
    }
}

extension Node {
    /// ETXTBSY for whoever is about to write a program that runs.
    final func requireNotRunning() throws(Errno) {
        guard runners == 0 else { throw .ETXTBSY }
    }
}
