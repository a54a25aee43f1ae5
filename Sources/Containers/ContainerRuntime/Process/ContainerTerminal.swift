import CLinux
import Glibc
import Linux
import OCI

/// The terminal of a process: a pseudo terminal of the container, whose master goes to the caller.
struct ContainerTerminal: ~Copyable {
    private let master: FileDescriptor
    let peer: FileDescriptor

    /// `root` is the container's root filesystem.
    init(in root: RootedPath, for process: SpecProcess) throws(RuntimeError) {
        let master = try RuntimeError.wrap("the terminal") { try Self.openMaster(root) }
        let peer = try RuntimeError.wrap("the terminal") {
            FileDescriptor(owning: try SystemCallError.check(cl_open_terminal_peer(master.raw), "open its other end"))
        }
        try RuntimeError.wrap("the terminal") {
            if let size = process.consoleSize {
                _ = cl_set_terminal_size(master.raw, UInt32(size.height), UInt32(size.width))
            }
            try SystemCallError.checkErrno(fchown(peer.raw, process.user.uid, gid_t.max), "set its owner")
        }
        self.master = master
        self.peer = peer
    }

    private static func openMaster(_ root: RootedPath) throws(SystemCallError) -> FileDescriptor {
        let inside = try root.openIfPresent("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
        let master: FileDescriptor
        switch consume inside {
        case .some(let found): master = found
        case nil: master = try FileDescriptor.open("/dev/ptmx", O_RDWR | O_NOCTTY)
        }
        var information = stat()
        try SystemCallError.checkErrno(fstat(master.raw, &information), "look at it")
        // An image could have put anything there.
        guard information.st_mode & S_IFMT == S_IFCHR, information.st_rdev == cl_make_device(5, 2) else {
            throw SystemCallError(ENODEV, "use /dev/pts/ptmx of the container")
        }
        try SystemCallError.checkErrno(fcntl(master.raw, F_SETFL, O_RDWR), "make it wait")
        return master
    }

    /// Makes it the process's streams and its controlling terminal, and sends the master over `socket`.
    consuming func attach(sendingMasterTo socket: Int32) throws(RuntimeError) {
        let (master, peer) = (self.master.raw, self.peer.raw)
        try RuntimeError.wrap("the terminal") {
            for number in Int32(0)...2 { try SystemCallError.checkErrno(dup2(peer, number), "attach it") }
            try SystemCallError.check(cl_make_controlling_terminal(0), "make it the controlling one")
            try SystemCallError.check(cl_send_descriptor(socket, master, "/dev/ptmx"), "send its master")
        }
    }
}
