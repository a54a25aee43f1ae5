/// Reads CBOR (RFC 8949) one item at a time: definite lengths, nothing beyond the end, nothing left unread unseen.
///
/// Heads need not be of their shortest form: writers exist that fix an integer's width, and what is compared is always the value.
/// Every failure is a `Malformed` with the words the caller gave for what it looked for.
struct CBORReader {
    struct Malformed: Error, Equatable {
        let why: String
    }

    /// The kind of an item: the three highest bits of its head.
    enum Kind: UInt8 {
        case unsigned
        case negative
        case bytes
        case text
        case array
        case map
        case tag
        case simple
    }

    /// How deep an item may lie that is passed over.
    static let maximumDepth = 8

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var remaining: Int { bytes.count - offset }

    func requireEnd(_ what: String) throws(Malformed) {
        guard remaining == 0 else { throw Malformed(why: "\(what): \(remaining) bytes follow") }
    }

    mutating func unsigned(_ what: String) throws(Malformed) -> UInt64 { try argument(.unsigned, what) }

    mutating func tag(_ what: String) throws(Malformed) -> UInt64 { try argument(.tag, what) }

    /// The number of items of an array, which follow.
    mutating func array(_ what: String) throws(Malformed) -> Int { try count(.array, what) }

    /// The number of pairs of a map, which follow.
    mutating func map(_ what: String) throws(Malformed) -> Int { try count(.map, what) }

    mutating func byteString(_ what: String) throws(Malformed) -> [UInt8] { try content(try argument(.bytes, what), what) }

    mutating func text(_ what: String) throws(Malformed) -> String {
        let content = try content(try argument(.text, what), what)
        guard let text = String(validating: content, as: UTF8.self) else { throw Malformed(why: "\(what) is no UTF-8 text") }
        return text
    }

    /// Passes over one item of any kind, with all it holds.
    mutating func skip(_ what: String, depth: Int = maximumDepth) throws(Malformed) {
        guard depth > 0 else { throw Malformed(why: "\(what) is nested too deeply") }
        let (kind, value) = try head(what)
        switch kind {
        case .unsigned, .negative, .simple: break
        case .bytes, .text: _ = try content(value, what)
        case .tag: try skip(what, depth: depth - 1)
        case .array: for _ in 0..<(try itemCount(value, what)) { try skip(what, depth: depth - 1) }
        case .map: for _ in 0..<(2 * (try itemCount(value, what))) { try skip(what, depth: depth - 1) }
        }
    }

    private mutating func count(_ kind: Kind, _ what: String) throws(Malformed) -> Int {
        try itemCount(try argument(kind, what), what)
    }

    /// Every item takes a byte at least, so that a count beyond what is there is refused before anything is read.
    private func itemCount(_ value: UInt64, _ what: String) throws(Malformed) -> Int {
        guard value <= UInt64(remaining) else { throw Malformed(why: "\(what) is cut off") }
        return Int(value)
    }

    private mutating func content(_ length: UInt64, _ what: String) throws(Malformed) -> [UInt8] {
        guard length <= UInt64(remaining) else { throw Malformed(why: "\(what) is cut off") }
        defer { offset += Int(length) }
        return Array(bytes[offset..<offset + Int(length)])
    }

    private mutating func argument(_ kind: Kind, _ what: String) throws(Malformed) -> UInt64 {
        let (found, value) = try head(what)
        guard found == kind else { throw Malformed(why: "\(what) is of another type") }
        return value
    }

    private mutating func head(_ what: String) throws(Malformed) -> (Kind, UInt64) {
        guard remaining > 0, let kind = Kind(rawValue: bytes[offset] >> 5) else { throw Malformed(why: "\(what) is missing") }
        let information = bytes[offset] & 0x1f
        offset += 1
        switch information {
        case 0..<24: return (kind, UInt64(information))
        case 24...27:
            let value = try content(1 << UInt64(information - 24), what)
            return (kind, value.reduce(0) { $0 << 8 | UInt64($1) })
        case 31: throw Malformed(why: "\(what) has no definite length")
        default: throw Malformed(why: "\(what) begins with a reserved byte")
        }
    }
}
