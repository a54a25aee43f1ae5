/// What `fallocate` is to do with a range.
enum AllocationMode: Equatable {
    /// Makes sure that writing there does not fail for want of room.
    case reserve(keepsSize: Bool)
    case punchHole

    private static let keepSize: UInt32 = 1
    private static let punch: UInt32 = 2

    private static let collapse: UInt32 = 8
    private static let insert: UInt32 = 0x20
    /// FALLOC_FL_ZERO_RANGE and FALLOC_FL_UNSHARE_RANGE.
    private static let others: [UInt32] = [0x10, 0x40]

    /// Whether these FALLOC_FL_* go together for some file of Linux; what is wrong with the file is said later.
    static func isKnown(_ flags: UInt32) -> Bool {
        let keeps = flags & keepSize != 0
        switch flags & ~keepSize {
        case 0: return true
        case punch: return keeps
        case collapse, insert: return !keeps
        case let mode: return others.contains(mode)
        }
    }

    /// From FALLOC_FL_*; the others are refused as a tmpfs refuses them.
    init(flags: UInt32) throws(Errno) {
        switch flags {
        case 0, Self.keepSize: self = .reserve(keepsSize: flags != 0)
        case Self.punch | Self.keepSize: self = .punchHole
        default: throw .EOPNOTSUPP
        }
    }
}
