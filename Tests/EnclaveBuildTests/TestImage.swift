import EnclaveBuild

/// The smallest image that the layout takes: one page of code and one of data.
enum TestImage {
    static var bytes: [UInt8] {
        var file = [UInt8](repeating: 0, count: 8192)
        func put(_ value: UInt64, _ width: Int, at place: Int) {
            for index in 0..<width { file[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
        }
        file.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
        put(3, 2, at: 16)
        put(62, 2, at: 18)
        put(0x200, 8, at: 24)
        put(64, 8, at: 32)
        put(56, 2, at: 54)
        put(2, 2, at: 56)
        for (number, flags) in [UInt64(5), 6].enumerated() {
            let place = 64 + 56 * number
            let start = UInt64(number) * 4096
            put(1, 4, at: place)
            put(flags, 4, at: place + 4)
            put(start, 8, at: place + 8)
            put(start, 8, at: place + 16)
            put(number == 0 ? 4096 : 4000, 8, at: place + 32)
            put(number == 0 ? 4096 : 9000, 8, at: place + 40)
        }
        for index in 0x200..<0x300 { file[index] = UInt8(index & 0xff) }
        for index in 4096..<8096 { file[index] = UInt8(index % 251) }
        return file
    }
}

/// One key for all tests: making one takes a second.
enum SharedKey {
    static let pem = (try? SigningKey.generate().pem) ?? ""
}
