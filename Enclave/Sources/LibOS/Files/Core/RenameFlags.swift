/// The RENAME_* bits of `renameat2`.
struct RenameFlags: OptionSet {
    let rawValue: UInt32

    static let noReplace = RenameFlags(rawValue: 1)
    static let exchange = RenameFlags(rawValue: 2)
    /// Leaves a device node behind that hides a name of a lower layer; only overlays on a host use it.
    static let whiteout = RenameFlags(rawValue: 4)
}
