/// Which tree of verified files a host call means: the root filesystem, or the folder of a verified mount.
///
/// It goes into host calls as a number: 0 is the root filesystem, n the mount n - 1 of the configuration.
public struct TreeNumber: Equatable, Hashable, Sendable {
    public static let root = TreeNumber(rawValue: 0)
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public init(mount: Int) { rawValue = UInt32(mount) + 1 }

    /// The root filesystem, and each verified mount in the order of the configuration.
    public static func all(of mounts: [Mount]) -> [TreeNumber] {
        var trees = [root]
        for number in mounts.indices where mounts[number].trust == .verified { trees.append(TreeNumber(mount: number)) }
        return trees
    }

    /// The mount's number in the configuration; `nil` for the root filesystem.
    public var mount: Int? { rawValue == 0 ? nil : Int(rawValue - 1) }
}
