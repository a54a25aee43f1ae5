import Wire

/// How much of a file comes with a page of it that is touched, and more for who goes through it in order.
struct ReadAdvance {
    /// As much as Linux maps around a fault of what is in its cache.
    private static let least: UInt64 = 64 << 10
    private static let most: UInt64 = 128 << 10

    private var end: UInt64 = 0
    private var length = Self.least

    /// The range to bring with a page that was touched and was not there, from the beginning of the chunk at `offset` in the file.
    mutating func window(of page: UInt64, at offset: UInt64) -> (from: UInt64, to: UInt64) {
        length = page == end ? min(length * 2, Self.most) : Self.least
        let within = offset % UInt64(IndexFormat.chunkSize)
        let from = page > within ? page - within : 0
        end = from + length
        return (from, end)
    }
}
