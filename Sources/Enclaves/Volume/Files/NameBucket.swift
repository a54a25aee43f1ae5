import Wire

/// The names of one directory that have the same hash; nearly always one.
///
/// Stored for each: u64 file number, u8 type (DT_*), u8 length, the name.
struct NameBucket {
    struct Entry: Equatable {
        var number: UInt64
        var type: UInt8
        var name: [UInt8]
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
            writer.u64(entry.number)
            writer.u8(entry.type)
            writer.u8(UInt8(truncatingIfNeeded: entry.name.count))
            writer.raw(entry.name)
        }
        return writer.bytes
    }

    init?(decoding bytes: [UInt8]) {
        do throws(WireError) {
            var reader = ByteReader(bytes)
            while reader.remaining > 0 {
                let number = try reader.u64()
                let type = try reader.u8()
                let length = try reader.u8()
                let name = try reader.take(Int(length))
                guard length > 0, number > 0, !name.contains(0), !name.contains(0x2f) else { return nil }
                entries.append(Entry(number: number, type: type, name: name))
            }
        } catch { return nil }
    }
}
