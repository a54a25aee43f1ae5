/// What `fallocate` is to do with a range.
enum AllocationMode: Equatable {
    /// Makes sure that writing there does not fail for want of room.
    case reserve(keepsSize: Bool)
    case punchHole

    private static let keepSize: UInt32 = 1
    private static let punch: UInt32 = 2

    /// From FALLOC_FL_*; the others are refused as a tmpfs refuses them.
    init(flags: UInt32) throws(Errno) {
        switch flags {
        case 0, Self.keepSize: self = .reserve(keepsSize: flags != 0)
        case Self.punch | Self.keepSize: self = .punchHole
        default: throw .EOPNOTSUPP
        }
    }
}
