/// Who sent something through a local socket: `struct ucred`.
struct LocalCredentials: Equatable {
    static let length = 12

    let process: Int32
    let uid: UInt32
    let gid: UInt32

    /// Of a socket nobody connected.
    static let nobody = LocalCredentials(process: 0, uid: UInt32.max, gid: UInt32.max)

    init(process: Int32, uid: UInt32, gid: UInt32) {
        self.process = process
        self.uid = uid
        self.gid = gid
    }

    init(of process: Process) { self.init(process: process.id, uid: process.euid, gid: process.egid) }

    /// What a program says it is: its own numbers, or any for root.
    init(claimed data: Bytes, by process: Process) throws(Errno) {
        guard data.count == Self.length, let id = data.word(at: 0), let uid = data.word(at: 4), let gid = data.word(at: 8) else {
            throw .EINVAL
        }
        self.init(process: id, uid: UInt32(bitPattern: uid), gid: UInt32(bitPattern: gid))
        guard process.euid != 0 else {
            guard kernel.processList.contains(where: { $0.id == id }) else { throw .ESRCH }
            return
        }
        let uids = [process.uid, process.euid, process.suid]
        let gids = [process.gid, process.egid, process.sgid]
        guard id == process.id, uids.contains(self.uid), gids.contains(self.gid) else { throw .EPERM }
    }

    var bytes: Bytes { Bytes(word: process) + Bytes(word: Int32(bitPattern: uid)) + Bytes(word: Int32(bitPattern: gid)) }
}
