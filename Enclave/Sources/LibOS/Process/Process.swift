/// One process: an address space, descriptors and credentials that its threads share.
final class Process {
    let id: Int32
    var parentID: Int32 = 0
    var processGroup: Int32
    var session: Int32
    var name: Bytes = []
    var addressSpace: AddressSpace
    var descriptors: DescriptorTable
    var directory: DirectoryPosition
    var umask: UInt32 = 0o022
    var uid: UInt32
    var gid: UInt32
    var euid: UInt32
    var egid: UInt32
    var suid: UInt32
    var sgid: UInt32
    var groups: [UInt32] = []
    /// Path of the program, its argv and its environment as it was started.
    var executable: Bytes = []
    var commandLine: Bytes = []
    var environmentBlock: Bytes = []
    var threads: [Thread] = []
    var limits: [(soft: UInt64, hard: UInt64)]
    var signals = ProcessSignals()
    var realTimer = IntervalTimer()
    let startedAt: UInt64
    /// Nanoseconds that threads ran which have ended.
    var endedThreadsRan: UInt64 = 0
    var dumpable: UInt64 = 1
    /// Set by exit_group and by a signal that ends it; threads leave at their next return.
    var ending: Ending?

    struct Ending {
        var status: UInt32
        var signal: UInt32
    }

    init(
        id: Int32, addressSpace: AddressSpace, descriptors: DescriptorTable, directory: DirectoryPosition, uid: UInt32, gid: UInt32
    ) {
        self.id = id
        processGroup = id
        session = id
        self.addressSpace = addressSpace
        self.descriptors = descriptors
        self.directory = directory
        self.uid = uid
        self.gid = gid
        euid = uid
        egid = gid
        suid = uid
        sgid = gid
        limits = Process.defaultLimits
        startedAt = Clock.monotonic()
    }

    /// CPU time: what its threads were on a vCPU, calls included; the host's own share cannot be told apart.
    var ran: UInt64 {
        var sum = endedThreadsRan
        for thread in threads { sum += thread.ran }
        return sum
    }

    /// RLIMIT_* 0…15 as Linux numbers them.
    private static var defaultLimits: [(soft: UInt64, hard: UInt64)] {
        let infinity = UInt64.max
        var limits = [(soft: UInt64, hard: UInt64)](repeating: (infinity, infinity), count: 16)
        limits[3] = (8 << 20, infinity)
        limits[4] = (0, infinity)
        limits[6] = (4096, 4096)
        limits[7] = (1024, 65536)
        limits[8] = (65536, 65536)
        limits[11] = (4096, 4096)
        limits[12] = (819_200, 819_200)
        limits[13] = (0, 0)
        limits[14] = (0, 0)
        return limits
    }
}
