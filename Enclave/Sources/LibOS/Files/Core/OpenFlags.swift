/// The O_* bits of x86-64.
enum OpenFlags {
    static let accessMode: UInt32 = 3
    static let readOnly: UInt32 = 0
    static let writeOnly: UInt32 = 1
    static let readWrite: UInt32 = 2
    static let create: UInt32 = 0o100
    static let exclusive: UInt32 = 0o200
    static let noTerminal: UInt32 = 0o400
    static let truncate: UInt32 = 0o1000
    static let append: UInt32 = 0o2000
    static let nonBlocking: UInt32 = 0o4000
    static let dataSynchronous: UInt32 = 0o10000
    static let asynchronous: UInt32 = 0o20000
    static let direct: UInt32 = 0o40000
    static let large: UInt32 = 0o100000
    static let directory: UInt32 = 0o200000
    static let noFollow: UInt32 = 0o400000
    /// O_DSYNC and O_SYNC.
    static let synchronised: UInt32 = 0o4010000
    static let noAccessTime: UInt32 = 0o1000000
    static let closeOnExec: UInt32 = 0o2000000
    static let path: UInt32 = 0o10000000
    /// `__O_TMPFILE` without the O_DIRECTORY that comes with it.
    static let temporary: UInt32 = 0o20000000

    /// What `fcntl(F_SETFL)` may change.
    static let settable = append | nonBlocking | asynchronous | direct | noAccessTime
    /// What only the call of `open` looks at.
    static let onlyAtOpen = create | exclusive | noTerminal | truncate | closeOnExec | noFollow
}

/// The AT_* bits of the calls that take a directory descriptor.
enum AtFlags {
    static let currentDirectory: Int32 = -100
    static let noFollow: UInt32 = 0x100
    static let effectiveAccess: UInt32 = 0x200
    static let removeDirectory: UInt32 = 0x200
    static let follow: UInt32 = 0x400
    static let noAutomount: UInt32 = 0x800
    static let emptyPath: UInt32 = 0x1000
    static let synchronisation: UInt32 = 0x6000
}
