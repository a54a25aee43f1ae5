/// How many pages of a file come with one that is touched: few, and more for who goes through it in order.
struct ReadAdvance {
    /// What is fetched and checked together at least.
    private static let least: UInt64 = 4 * PagePool.pageSize
    private static let most: UInt64 = 16 * PagePool.pageSize

    private var end: UInt64 = 0
    private var length = Self.least

    /// The range to bring with a page that was touched and was not there.
    mutating func window(of page: UInt64) -> (from: UInt64, to: UInt64) {
        length = page == end ? min(length * 2, Self.most) : Self.least
        let from = page / Self.least * Self.least
        end = from + length
        return (from, end)
    }
}
