/// Writes SGXS streams record by record.
struct SGXSWriter {
    private(set) var bytes: [UInt8] = []

    mutating func create(size: UInt64, frame: UInt32 = 1) {
        var record = FileBuilder(bytes: [UInt8](repeating: 0, count: 64))
        record.put(Array("ECREATE".utf8), at: 0)
        record.put(frame, at: 8)
        record.put(size, at: 12)
        bytes += record.bytes
    }

    mutating func add(_ offset: UInt64, _ flags: UInt64) {
        var record = FileBuilder(bytes: [UInt8](repeating: 0, count: 64))
        record.put(Array("EADD".utf8), at: 0)
        record.put(offset, at: 8)
        record.put(flags, at: 16)
        bytes += record.bytes
    }

    mutating func chunk(_ offset: UInt64, _ data: [UInt8], measured: Bool = true) {
        var record = FileBuilder(bytes: [UInt8](repeating: 0, count: 64))
        record.put(Array((measured ? "EEXTEND" : "UNMEASRD").utf8), at: 0)
        record.put(offset, at: 8)
        bytes += record.bytes + data
    }

    mutating func page(_ offset: UInt64, _ flags: UInt64, _ data: [UInt8], measured: Bool = true) {
        add(offset, flags)
        for start in stride(from: 0, to: 4096, by: 256) {
            chunk(offset + UInt64(start), Array(data[start..<start + 256]), measured: measured)
        }
    }
}
