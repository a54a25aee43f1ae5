/// Reads DER one element at a time: definite lengths in their shortest form, nothing beyond the end, nothing left unread unseen.
///
/// Every failure is `CertificateError.notDER` with the words the caller gave for what it looked for.
struct DERReader {
    /// An element's tag and where its bytes lie.
    struct Element {
        let tag: UInt8
        /// Tag, length and content.
        let whole: Range<Int>
        let content: Range<Int>
    }

    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset == end }

    /// The tag of the next element, nil at the end.
    var nextTag: UInt8? { offset < end ? bytes[offset] : nil }

    func slice(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

    func reader(_ element: Element) -> DERReader { DERReader(bytes, element.content) }

    func requireEnd(_ what: String) throws(CertificateError) {
        guard isAtEnd else { throw .notDER("\(what): something follows") }
    }

    mutating func next(_ what: String) throws(CertificateError) -> Element {
        let start = offset
        guard end - offset >= 2 else { throw .notDER("\(what) is missing") }
        let tag = bytes[offset]
        guard tag & 0x1f != 0x1f else { throw .notDER("\(what): a tag of several bytes") }
        offset += 1
        let length = try length(what)
        guard length <= end - offset else { throw .notDER("\(what) is cut off") }
        let content = offset..<offset + length
        offset = content.upperBound
        return Element(tag: tag, whole: start..<offset, content: content)
    }

    mutating func next(_ tag: UInt8, _ what: String) throws(CertificateError) -> Element {
        guard nextTag == tag else { throw .notDER("\(what) is missing or of another type") }
        return try next(what)
    }

    mutating func sequence(_ what: String) throws(CertificateError) -> DERReader {
        reader(try next(DERTag.sequence, what))
    }

    mutating func content(_ tag: UInt8, _ what: String) throws(CertificateError) -> [UInt8] {
        slice(try next(tag, what).content)
    }

    /// The content of an OBJECT IDENTIFIER, undecoded.
    mutating func objectIdentifier(_ what: String) throws(CertificateError) -> [UInt8] {
        try content(DERTag.objectIdentifier, what)
    }

    mutating func boolean(_ what: String) throws(CertificateError) -> Bool {
        switch try content(DERTag.boolean, what) {
        case [0x00]: return false
        case [0xff]: return true
        default: throw .notDER("\(what) is no boolean")
        }
    }

    /// The magnitude of a non-negative INTEGER without leading zeros; zero is empty.
    mutating func magnitude(_ what: String, tag: UInt8 = DERTag.integer) throws(CertificateError) -> [UInt8] {
        let number = try content(tag, what)
        guard let first = number.first, first & 0x80 == 0 else { throw .notDER("\(what) is negative or empty") }
        guard number.count == 1 || first != 0 || number[1] & 0x80 != 0 else { throw .notDER("\(what) is not in its shortest form") }
        return Array(number.drop { $0 == 0 })
    }

    mutating func unsigned<T: FixedWidthInteger>(_ what: String, tag: UInt8 = DERTag.integer) throws(CertificateError) -> T {
        let magnitude = try magnitude(what, tag: tag)
        guard magnitude.count <= T.bitWidth / 8 else { throw .notDER("\(what) is too large") }
        let value = magnitude.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let exact = T(exactly: value) else { throw .notDER("\(what) is too large") }
        return exact
    }

    /// A BIT STRING of whole bytes.
    mutating func bitString(_ what: String) throws(CertificateError) -> [UInt8] {
        let content = try content(DERTag.bitString, what)
        guard content.first == 0 else { throw .notDER("\(what) is no string of whole bytes") }
        return Array(content.dropFirst())
    }

    /// A UTCTime or GeneralizedTime in UTC with seconds, the form of RFC 5280 (4.1.2.5).
    mutating func time(_ what: String) throws(CertificateError) -> Timestamp {
        let element = try next(what)
        let text = slice(element.content)
        let isShort = element.tag == DERTag.utcTime
        guard isShort || element.tag == DERTag.generalizedTime, text.count == (isShort ? 13 : 15), text.last == UInt8(ascii: "Z")
        else { throw .notDER("\(what) is no time") }
        let digits = text.dropLast().map { Int($0) - Int(UInt8(ascii: "0")) }
        guard digits.allSatisfy((0...9).contains) else { throw .notDER("\(what) is no time") }
        var pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        if isShort { pairs.insert(pairs[0] < 50 ? 20 : 19, at: 0) }
        guard
            let moment = Timestamp(
                year: pairs[0] * 100 + pairs[1], month: pairs[2], day: pairs[3], hour: pairs[4], minute: pairs[5],
                second: pairs[6])
        else { throw .notDER("\(what) is out of range") }
        return moment
    }

    private mutating func length(_ what: String) throws(CertificateError) -> Int {
        let first = bytes[offset]
        offset += 1
        guard first & 0x80 != 0 else { return Int(first) }
        let count = Int(first & 0x7f)
        guard (1...3).contains(count), count <= end - offset else { throw .notDER("\(what): a length of \(count) bytes") }
        let value = bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
        guard value >= 0x80, value >> ((count - 1) * 8) != 0 else { throw .notDER("\(what): a length not in its shortest form") }
        offset += count
        return value
    }
}
