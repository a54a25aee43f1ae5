/// A set of addresses of code, one bit a byte.
struct AddressSet {
    private let addresses: Range<UInt64>
    private var bits: [UInt64]

    init(in addresses: Range<UInt64>) {
        self.addresses = addresses
        bits = [UInt64](repeating: 0, count: (addresses.count + 63) / 64)
    }

    mutating func insert(_ address: UInt64) {
        guard addresses.contains(address) else { return }
        let place = Int(address - addresses.lowerBound)
        bits[place / 64] |= 1 << UInt64(place % 64)
    }

    func contains(_ address: UInt64) -> Bool {
        guard addresses.contains(address) else { return false }
        let place = Int(address - addresses.lowerBound)
        return bits[place / 64] & 1 << UInt64(place % 64) != 0
    }

}

/// As a set of what something may jump to: rather too many than too few.
extension AddressSet {
    /// Every aligned word of `data` that is the address of code: pointers, jump tables, symbols, addends of relocations.
    mutating func insertWords(of data: [UInt8]) {
        data.withUnsafeBytes { bytes in
            for place in stride(from: 0, to: bytes.count - bytes.count % 8, by: 8) {
                insert(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            }
        }
    }

    /// A table of 32-bit distances from its own start, as compilers make them for `switch` in position-independent code.
    mutating func insertTable(at address: UInt64, in data: [UInt8], of start: UInt64) {
        guard address >= start, let first = Int(exactly: address - start) else { return }
        var place = first
        while place + 4 <= data.count, place - first < 1 << 14 {
            let distance = Int64(Int32(bitPattern: data.u32(place)))
            let target = address &+ UInt64(bitPattern: distance)
            guard distance != 0, addresses.contains(target) else { return }
            insert(target)
            place += 4
        }
    }
}
