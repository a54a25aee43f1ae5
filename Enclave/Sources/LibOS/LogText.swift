/// Builds one log line from pieces; bytes, so that no Unicode tables enter the image.
struct LogText {
    private(set) var bytes: Bytes = []

    init(_ text: StaticString) { append(text) }

    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Control characters become `?`: a path is not allowed to break the line.
    mutating func append(printable text: Bytes) {
        for byte in text { bytes.append(byte < 0x20 || byte == 0x7f ? 0x3f : byte) }
    }

    mutating func append(_ number: Int64) {
        if number < 0 { bytes.append(0x2d) }
        append(unsigned: number.magnitude)
    }

    mutating func append(unsigned number: UInt64) {
        var digits: Bytes = []
        var rest = number
        repeat {
            digits.append(UInt8(0x30 + rest % 10))
            rest /= 10
        } while rest > 0
        for digit in digits.reversed() { bytes.append(digit) }
    }

    mutating func append(hex number: UInt64) {
        append("0x")
        var shift = 60
        var started = false
        while shift >= 0 {
            let nibble = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
            if nibble != 0 || started || shift == 0 {
                started = true
                bytes.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
            }
            shift -= 4
        }
    }
}
