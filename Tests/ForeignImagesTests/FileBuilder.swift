/// Bytes written at places, growing as needed; shares nothing with the parsers.
struct FileBuilder {
    var bytes: [UInt8] = []

    mutating func put(_ data: [UInt8], at place: Int) {
        if bytes.count < place + data.count {
            bytes.append(contentsOf: [UInt8](repeating: 0, count: place + data.count - bytes.count))
        }
        bytes.replaceSubrange(place..<place + data.count, with: data)
    }

    mutating func put<Value: FixedWidthInteger>(_ value: Value, at place: Int) {
        put((0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }, at: place)
    }

    mutating func append(_ data: [UInt8]) -> Int {
        defer { bytes += data }
        return bytes.count
    }

    mutating func align(to size: Int) { bytes += [UInt8](repeating: 0, count: (size - bytes.count % size) % size) }

    /// Not zero and not the same on every page, from a place on.
    static func filler(_ count: Int, _ seed: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8 &+ seed) }
    }
}
