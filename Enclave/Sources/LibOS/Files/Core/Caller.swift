/// On whose behalf a file is looked up: a process, or the kernel itself while it starts.
struct Caller {
    let process: Process?

    /// The kernel: may everything.
    static var kernel: Caller { Caller(process: nil) }

    init(process: Process?) { self.process = process }

    var uid: UInt32 { process?.euid ?? 0 }
    var gid: UInt32 { process?.egid ?? 0 }
    var isRoot: Bool { uid == 0 }

    static let read: UInt32 = 4
    static let write: UInt32 = 2
    static let execute: UInt32 = 1

    /// Whether the mode bits let this caller; root needs an x bit only to execute a file.
    func may(_ want: UInt32, _ status: FileStatus) -> Bool { may(want, status, uid: uid, gid: gid) }

    func may(_ want: UInt32, _ status: FileStatus, uid: UInt32, gid: UInt32) -> Bool {
        if uid == 0 {
            return want & Self.execute == 0 || status.kind == .directory || status.mode & 0o111 != 0
        }
        let granted: UInt32
        if uid == status.uid {
            granted = status.mode >> 6 & 7
        } else if gid == status.gid {
            granted = status.mode >> 3 & 7
        } else {
            granted = status.mode & 7
        }
        return granted & want == want
    }

    func require(_ want: UInt32, of node: Node) throws(Errno) {
        if isRoot, want & Self.execute == 0 || node.kind == .directory { return }
        guard may(want, try node.status()) else { throw .EACCES }
    }

    /// Changing mode or times of a file takes its owner or root.
    func requireOwner(of status: FileStatus) throws(Errno) {
        guard isRoot || uid == status.uid else { throw .EPERM }
    }
}
