/// How many pages of ordinary memory come with one that is touched: few, and more where they are touched in order, as heaps are.
struct TouchAdvance {
    /// A fault costs several times what a page does.
    private static let least: UInt64 = 64 << 10
    private static let most: UInt64 = 512 << 10

    private struct Stream {
        var end: UInt64
        var length: UInt64
    }

    /// Those who went on last, each in a place of its own.
    private var streams = [Stream](repeating: Stream(end: 0, length: least), count: 8)
    private var next = 0

    /// The range to commit with a page that was touched and was not there.
    mutating func window(of page: UInt64) -> (from: UInt64, to: UInt64) {
        let from = page / Self.least * Self.least
        if let known = streams.firstIndex(where: { $0.end == from }) {
            let length = min(streams[known].length * 2, Self.most)
            streams[known] = Stream(end: from + length, length: length)
            return (from, from + length)
        }
        streams[next] = Stream(end: from + Self.least, length: Self.least)
        next = (next + 1) % streams.count
        return (from, from + Self.least)
    }
}
