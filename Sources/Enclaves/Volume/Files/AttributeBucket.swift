import Wire

/// The extended attributes of one file whose names have the same hash; nearly always one.
///
/// Stored for each: u8 length and name, u16 length and value.
struct AttributeBucket {
    struct Entry: Equatable {
        var name: [UInt8]
        var value: [UInt8]
    }

    var entries: [Entry] = []

    init() {}

    func place(of name: [UInt8]) -> Int? {
        for place in entries.indices where entries[place].name == name { return place }
        return nil
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        for entry in entries {
            writer.u8(UInt8(truncatingIfNeeded: entry.name.count))
            writer.raw(entry.name)
            writer.u16(UInt16(truncatingIfNeeded: entry.value.count))
            writer.raw(entry.value)
        }
        return writer.bytes
    }

    init?(decoding bytes: [UInt8]) {
        do throws(WireError) {
            var reader = ByteReader(bytes)
            while reader.remaining > 0 {
                let name = try reader.take(Int(try reader.u8()))
                let value = try reader.take(Int(try reader.u16()))
                guard !name.isEmpty, !name.contains(0) else { return nil }
                entries.append(Entry(name: name, value: value))
            }
        } catch { return nil }
    }
}
