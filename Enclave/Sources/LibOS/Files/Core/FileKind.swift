/// The type bits of st_mode.
struct FileKind: Equatable {
    let bits: UInt32

    init(bits: UInt32) { self.bits = bits & 0o170000 }

    static let fifo = FileKind(bits: 0o010000)
    static let characterDevice = FileKind(bits: 0o020000)
    static let directory = FileKind(bits: 0o040000)
    static let blockDevice = FileKind(bits: 0o060000)
    static let regular = FileKind(bits: 0o100000)
    static let link = FileKind(bits: 0o120000)
    static let socket = FileKind(bits: 0o140000)
    /// What an eventfd or an epoll descriptor is: st_mode without type bits.
    static let anonymous = FileKind(bits: 0)

    /// The DT_* number a directory listing shows.
    var entryType: UInt8 { UInt8(truncatingIfNeeded: bits >> 12) }
}
