/// Changes files in the ways that find mistakes of parsers; the same seed gives the same files.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    private mutating func next() -> UInt64 {
        // xorshift64*
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }

    private mutating func below(_ bound: Int) -> Int { bound < 2 ? 0 : Int(next() % UInt64(bound)) }

    /// One to four changes; most of them in `places`, where a format keeps its fields.
    mutating func mutant(of file: [UInt8], fields places: [Range<Int>]) -> [UInt8] {
        var file = file
        for _ in 0...below(4) { change(&file, places.filter { $0.upperBound <= file.count }) }
        return file
    }

    private mutating func change(_ file: inout [UInt8], _ places: [Range<Int>]) {
        guard !file.isEmpty else { return }
        var place = below(file.count)
        if !places.isEmpty, below(8) > 0 {
            let range = places[below(places.count)]
            place = range.lowerBound + below(range.count)
        }
        switch below(10) {
        case 0: file[place] ^= 1 << UInt8(below(8))
        case 1: file[place] = UInt8(truncatingIfNeeded: next())
        case 2: file.removeLast(file.count - place)
        case 3: file += (0..<below(700)).map { _ in 0xa5 }
        case 4: copyPart(of: &file, to: place)
        default: putInteger(in: &file, at: place)
        }
    }

    private mutating func putInteger(in file: inout [UInt8], at place: Int) {
        let width = [1, 2, 4, 8][below(4)]
        let aligned = place & ~(width - 1)
        guard aligned + width <= file.count else { return }
        let small = UInt64(below(40))
        let values: [UInt64] = [
            0, 1, .max, .max - small, 1 << 63, 1 << 31, 1 << 32, UInt64(file.count), 4096 * small, small, 1 << 46, next(),
        ]
        let value = values[below(values.count)]
        for index in 0..<width { file[aligned + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
    }

    private mutating func copyPart(of file: inout [UInt8], to place: Int) {
        let length = min([8, 32, 64, 320][below(4)], file.count - place)
        let source = below(file.count - length + 1)
        file.replaceSubrange(place..<place + length, with: Array(file[source..<source + length]))
    }
}
