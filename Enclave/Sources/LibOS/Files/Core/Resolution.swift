/// The RESOLVE_* bits of `openat2`: where a path must not lead.
struct Resolution: OptionSet {
    let rawValue: UInt64

    /// Not onto another file system.
    static let noCrossing = Resolution(rawValue: 1)
    /// Not through a link that leads to an object, as those of /proc do.
    static let noMagicLinks = Resolution(rawValue: 2)
    static let noLinks = Resolution(rawValue: 4)
    /// Not out of the directory it begins in.
    static let beneath = Resolution(rawValue: 8)
    /// The directory it begins in is the root.
    static let inRoot = Resolution(rawValue: 0x10)
    /// Only with what is cached: nothing here is slow enough to refuse.
    static let cached = Resolution(rawValue: 0x20)

    static let all = Resolution(rawValue: 0x3f)
}
