/// A hash table from 64-bit numbers to values: open addressing, linear probing, removal by shifting back.
struct IntegerTable<Value> {
    private var keys: [UInt64]
    private var values: [Value?]
    private(set) var count = 0

    init() {
        keys = [UInt64](repeating: 0, count: 8)
        values = [Value?](repeating: nil, count: 8)
    }

    subscript(_ key: UInt64) -> Value? {
        let place = find(key)
        return values[place]
    }

    mutating func set(_ key: UInt64, _ value: Value) {
        if (count + 1) * 4 > keys.count * 3 { grow() }
        let place = find(key)
        if values[place] == nil { count += 1 }
        keys[place] = key
        values[place] = value
    }

    @discardableResult
    mutating func remove(_ key: UInt64) -> Value? {
        var hole = find(key)
        guard let old = values[hole] else { return nil }
        let mask = keys.count - 1
        var next = (hole + 1) & mask
        while values[next] != nil {
            let home = Self.spread(keys[next]) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                keys[hole] = keys[next]
                values[hole] = values[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        values[hole] = nil
        count -= 1
        return old
    }

    /// In no order.
    func forEach(_ body: (UInt64, Value) -> Void) {
        for place in 0..<keys.count {
            if let value = values[place] { body(keys[place], value) }
        }
    }

    /// Where `key` is, or the free place where it would be put.
    private func find(_ key: UInt64) -> Int {
        let mask = keys.count - 1
        var place = Self.spread(key) & mask
        while values[place] != nil, keys[place] != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let oldKeys = keys
        let oldValues = values
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        values = [Value?](repeating: nil, count: oldKeys.count * 2)
        for place in 0..<oldKeys.count {
            guard let value = oldValues[place] else { continue }
            let new = find(oldKeys[place])
            keys[new] = oldKeys[place]
            values[new] = value
        }
    }

    private static func spread(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 20) }
}
