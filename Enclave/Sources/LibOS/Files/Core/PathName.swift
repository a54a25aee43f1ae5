import Wire

/// One component of a path, as a place in the bytes of the path: made without allocating.
struct PathName {
    private let path: Bytes
    private let start: Int
    let count: Int

    init(_ path: Bytes, _ start: Int, _ end: Int) {
        self.path = path
        self.start = start
        count = end - start
    }

    init(_ name: Bytes) { self.init(name, 0, name.count) }

    subscript(_ index: Int) -> UInt8 { path[start + index] }

    var bytes: Bytes { start == 0 && count == path.count ? path : Bytes(path[start..<start + count]) }
    var isDot: Bool { count == 1 && self[0] == 46 }
    var isDotDot: Bool { count == 2 && self[0] == 46 && self[1] == 46 }

    func equals(_ name: Bytes) -> Bool {
        guard name.count == count else { return false }
        return path.withUnsafeBufferPointer { mine in
            name.withUnsafeBufferPointer { other in
                var index = 0
                while index < count {
                    if mine[start + index] != other[index] { return false }
                    index += 1
                }
                return true
            }
        }
    }

    /// FNV-1a, seeded.
    func hash(seed: UInt64) -> UInt64 {
        path.withUnsafeBufferPointer { mine in
            var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (seed &* 0x9e37_79b9_7f4a_7c15)
            var index = start
            while index < start + count {
                value = (value ^ UInt64(mine[index])) &* 0x100_0000_01b3
                index += 1
            }
            return value ^ value >> 29
        }
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws(IndexError) -> R) throws(IndexError) -> R {
        try path.withUnsafeBufferPointer { (buffer) throws(IndexError) -> R in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[start..<start + count])))
        }
    }
}
