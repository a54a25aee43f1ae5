/// What happens to files, and how a watch of `inotify(7)` takes note of it: the bits of its masks.
struct FileEvents: OptionSet {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    static let accessed = FileEvents(rawValue: 0x1)
    static let modified = FileEvents(rawValue: 0x2)
    static let attributes = FileEvents(rawValue: 0x4)
    static let closedWritable = FileEvents(rawValue: 0x8)
    static let closedReadOnly = FileEvents(rawValue: 0x10)
    static let opened = FileEvents(rawValue: 0x20)
    static let movedFrom = FileEvents(rawValue: 0x40)
    static let movedTo = FileEvents(rawValue: 0x80)
    static let created = FileEvents(rawValue: 0x100)
    static let deleted = FileEvents(rawValue: 0x200)
    static let selfDeleted = FileEvents(rawValue: 0x400)
    static let selfMoved = FileEvents(rawValue: 0x800)
    static let overflow = FileEvents(rawValue: 0x4000)
    /// IN_IGNORED: the watch is gone.
    static let ignored = FileEvents(rawValue: 0x8000)
    static let isDirectory = FileEvents(rawValue: 0x4000_0000)

    /// IN_ALL_EVENTS.
    static let all = FileEvents(rawValue: 0xfff)
    /// Those of which a program tells with a file it has open.
    static let ofOpenFiles: FileEvents = [.accessed, .modified, .closedWritable, .closedReadOnly, .opened]

    // MARK: How to watch

    static let onlyDirectories = FileEvents(rawValue: 0x0100_0000)
    static let noFollow = FileEvents(rawValue: 0x0200_0000)
    /// IN_EXCL_UNLINK: nothing of files whose name is gone.
    static let onlyNamed = FileEvents(rawValue: 0x0400_0000)
    static let onlyNew = FileEvents(rawValue: 0x1000_0000)
    static let addsToMask = FileEvents(rawValue: 0x2000_0000)
    static let once = FileEvents(rawValue: 0x8000_0000)

    /// ALL_INOTIFY_BITS: a mask without one of them is refused.
    static let known = FileEvents(rawValue: 0xf700_efff)
}
