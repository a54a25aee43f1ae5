/// Changes bytes the way that transport, damage and attackers do.
enum ByteMutation {
    static func change(_ bytes: [UInt8], using random: inout SeededGenerator) -> (String, [UInt8]) {
        var changed = bytes
        let offset = random.below(bytes.count)
        switch random.below(10) {
        case 0..<5:
            changed[offset] ^= 1 << UInt8(random.below(8))
            return ("bit at \(offset)", changed)
        case 5:
            changed[offset] = UInt8(random.below(256))
            return ("byte at \(offset)", changed)
        case 6: return ("cut at \(offset)", Array(bytes.prefix(offset)))
        case 7:
            changed += [UInt8](repeating: UInt8(random.below(2) * 0x41), count: 1 + random.below(40))
            return ("appended", changed)
        case 8:
            changed.remove(at: offset)
            return ("byte removed at \(offset)", changed)
        default:
            let other = random.below(bytes.count)
            changed.swapAt(offset, other)
            return ("bytes swapped at \(offset) and \(other)", changed)
        }
    }
}
