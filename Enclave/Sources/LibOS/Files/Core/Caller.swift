/// On whose behalf a file is looked up: a process, or the kernel itself while it starts.
struct Caller {
    let process: Process?

    /// The kernel: may everything.
    static var kernel: Caller { Caller(process: nil) }

    init(process: Process?) { self.process = process }

    var uid: UInt32 { process?.fsuid ?? 0 }
    var gid: UInt32 { process?.fsgid ?? 0 }
    var isRoot: Bool { uid == 0 }

    /// Whether the group is the caller's own or one of its supplementary groups.
    func belongs(to group: UInt32) -> Bool { belongs(to: group, asOwn: gid) }

    private func belongs(to group: UInt32, asOwn gid: UInt32) -> Bool {
        group == gid || process?.groups.contains(group) ?? false
    }

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
        } else if belongs(to: status.gid, asOwn: gid) {
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

    /// The mode of a new file of `group`: who is not in the group gives nobody its rights.
    func keptMode(_ mode: UInt32, _ group: UInt32) -> UInt32 {
        let grantsGroup = mode & 0o2010 == 0o2010
        return grantsGroup && !isRoot && !belongs(to: group) ? mode & 0o5777 : mode & 0o7777
    }
}
