/// The functions of an ELF file as `.eh_frame` bounds them: address ranges in ascending order.
///
/// Linux Standard Base, chapter 10.6. A description in an encoding that no compiler for x86-64 emits is left out.
struct FrameDescriptions {
    private(set) var ranges: [Range<UInt64>] = []
    /// Starts of signal trampolines, which begin one byte behind what their description says: unwinders look a call's address up
    /// less one, and nothing called these.
    private(set) var trampolines: Set<UInt64> = []
    private let bytes: [UInt8]
    private let address: UInt64
    private var encodings: [Int: Encoding] = [:]

    private struct Encoding {
        var pointer: UInt8
        var isSignalFrame = false
    }

    init(_ bytes: [UInt8], at address: UInt64) {
        self.bytes = bytes
        self.address = address
        var place = 0
        while place + 8 <= bytes.count {
            var length = Int(bytes.u32(place))
            var start = place + 4
            if length == 0xffff_ffff {
                guard place + 20 <= bytes.count, let long = Int(exactly: bytes.u64(place + 4)) else { break }
                length = long
                start = place + 12
            }
            guard length > 4, length <= bytes.count - start else {
                guard length == 0 else { break }
                place += 4
                continue
            }
            record(place, start, start + length)
            place = start + length
        }
        ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }

    private mutating func record(_ place: Int, _ start: Int, _ end: Int) {
        let identity = Int(bytes.u32(start))
        if identity == 0 {
            encodings[place] = pointerEncoding(start + 4, end)
        } else if let encoding = encodings[start - identity], let first = pointer(start + 4, end, encoding.pointer) {
            guard let count = number(first.next, end, encoding.pointer), count.value > 0, first.value <= .max - count.value else {
                return
            }
            ranges.append(first.value..<first.value + count.value)
            if encoding.isSignalFrame { trampolines.insert(first.value) }
        }
    }

    /// The encoding of the addresses of a CIE's FDEs; `nil` when its augmentation is not understood.
    private func pointerEncoding(_ start: Int, _ end: Int) -> Encoding? {
        var place = start + 1
        var augmentation: [UInt8] = []
        while place < end, bytes[place] != 0 {
            augmentation.append(bytes[place])
            place += 1
        }
        place += 1
        // Code and data alignment, then the return address register: three LEB128 numbers, whatever they are.
        for _ in 0..<3 { place = afterLEB128(place, end) }
        guard augmentation.first == 0x7a else { return augmentation.isEmpty ? Encoding(pointer: 0) : nil }
        var encoding = Encoding(pointer: 0, isSignalFrame: augmentation.contains(0x53))
        place = afterLEB128(place, end)
        for letter in augmentation.dropFirst() {
            switch letter {
            case 0x52:
                guard place < end else { return nil }
                encoding.pointer = bytes[place]
                place += 1
            case 0x4c: place += 1
            case 0x50:
                guard place < end, let size = size(of: bytes[place]) else { return nil }
                place += 1 + size
            case 0x53, 0x42: break
            default: return nil
            }
        }
        return encoding
    }

    private func afterLEB128(_ start: Int, _ end: Int) -> Int {
        var place = start
        while place < end, bytes[place] & 0x80 != 0 { place += 1 }
        return place + 1
    }

    private func size(of encoding: UInt8) -> Int? {
        switch encoding & 7 {
        case 0, 4: 8
        case 2: 2
        case 3: 4
        default: nil
        }
    }

    private func number(_ place: Int, _ end: Int, _ encoding: UInt8) -> (value: UInt64, next: Int)? {
        guard let size = size(of: encoding), place + size <= end else { return nil }
        let isSigned = encoding & 8 != 0
        switch size {
        case 2:
            let value = bytes.u16(place)
            return (isSigned ? UInt64(bitPattern: Int64(Int16(bitPattern: value))) : UInt64(value), place + 2)
        case 4:
            let value = bytes.u32(place)
            return (isSigned ? UInt64(bitPattern: Int64(Int32(bitPattern: value))) : UInt64(value), place + 4)
        default: return (bytes.u64(place), place + 8)
        }
    }

    private func pointer(_ place: Int, _ end: Int, _ encoding: UInt8) -> (value: UInt64, next: Int)? {
        guard let (value, next) = number(place, end, encoding) else { return nil }
        switch encoding & 0xf0 {
        case 0: return (value, next)
        case 0x10: return (value &+ address &+ UInt64(place), next)
        default: return nil
        }
    }
}
