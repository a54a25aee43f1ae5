/// SipHash-2-4 of names under a secret of the volume: nobody who chooses names can choose which of them collide.
struct NameHash {
    private let first: UInt64
    private let second: UInt64

    init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    private struct State {
        var a, b, c, d: UInt64

        mutating func round() {
            a = a &+ b
            c = c &+ d
            b = (b << 13 | b >> 51) ^ a
            d = (d << 16 | d >> 48) ^ c
            a = a << 32 | a >> 32
            c = c &+ b
            a = a &+ d
            b = (b << 17 | b >> 47) ^ c
            d = (d << 21 | d >> 43) ^ a
            c = c << 32 | c >> 32
        }

        mutating func take(_ word: UInt64) {
            d ^= word
            round()
            round()
            a ^= word
        }
    }

    func callAsFunction(_ name: [UInt8]) -> UInt64 {
        var state = State(
            a: first ^ 0x736f_6d65_7073_6575, b: second ^ 0x646f_7261_6e64_6f6d, c: first ^ 0x6c79_6765_6e65_7261,
            d: second ^ 0x7465_6462_7974_6573)
        var word: UInt64 = 0
        for index in 0..<name.count {
            word |= UInt64(name[index]) << UInt64(index % 8 * 8)
            if index % 8 == 7 {
                state.take(word)
                word = 0
            }
        }
        state.take(word | UInt64(name.count & 0xff) << 56)
        state.c ^= 0xff
        for _ in 0..<4 { state.round() }
        return state.a ^ state.b ^ state.c ^ state.d
    }
}
