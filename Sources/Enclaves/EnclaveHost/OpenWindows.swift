import EnclaveLayout

/// Parts of growing ranges that the software SGX does not know of yet.
struct OpenWindows {
    private static let windowBytes: UInt64 = 64 << 20

    private var ranges: [GrowingRange] = []
    /// Offsets of windows that were taken.
    private var taken: Set<UInt64> = []

    mutating func add(_ range: GrowingRange) { ranges.append(range) }

    /// The window around an offset; nil outside the ranges.
    func window(at offset: UInt64) -> GrowingRange? {
        guard let range = ranges.first(where: { $0.offset <= offset && offset - $0.offset < $0.length }) else { return nil }
        var window = range
        window.offset = range.offset + (offset - range.offset) / Self.windowBytes * Self.windowBytes
        window.length = min(Self.windowBytes, range.offset + range.length - window.offset)
        return window
    }

    /// Whether this is the first time.
    mutating func take(_ window: GrowingRange) -> Bool { taken.insert(window.offset).inserted }
}
