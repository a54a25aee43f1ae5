/// Why bytes are not an enclave, or not one that is understood; the file's name is the caller's to add.
package enum ForeignImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the bytes look like instead.
    case unknownFormat(String)
    /// The file ends inside something.
    case truncated(what: String, need: UInt64, have: UInt64)
    /// A part of the file breaks a rule of its format.
    case damaged(what: String, why: String)
    /// The file may be right, but uses something that is not built.
    case unsupported(String)
    /// More than anybody needs, so that a short file cannot take all memory or time.
    case tooMuch(what: String, asked: UInt64, most: UInt64)

    /// The formats that are read, for whoever gave another one.
    package static let understood =
        "give an SGXS stream, a library signed with Intel's SDK, an enclave of the Linux SGX selftest, or the folder of a built enclave"

    package var reason: String {
        switch self {
        case .unknownFormat(let found): "it is \(found)"
        case .truncated(let what, let need, let have): "truncated: \(what) ends at byte \(need), the file has \(have)"
        case .damaged(let what, let why): "\(what): \(why)"
        case .unsupported(let what): "\(what), which is not understood yet"
        case .tooMuch(let what, let asked, let most): "it asks for \(asked) \(what), \(most) are allowed"
        }
    }

    package var remedy: String {
        switch self {
        case .unknownFormat: Self.understood
        case .truncated: "copy the file again"
        case .damaged: "copy the file again, or build and sign it again"
        case .unsupported: "sign it without that"
        case .tooMuch: "the file is damaged, or made to exhaust this machine"
        }
    }

    package var description: String { "\(reason): \(remedy)" }
}
