import EnclaveCrypto

/// MRENCLAVE in the making (SDM 36.3, "Intel SGX enclave measurement"): a hash over records in the order pages are added.
///
/// Every record is 64 bytes, tag first; EEXTEND is followed by the 256 bytes it measures. Base address, attributes and MISCSELECT
/// are not measured. Since records are whole blocks, the state between two of them can be published and continued.
public struct Measurement: Sendable {
    public static let pageSize = 4096
    /// One EADD, sixteen EEXTEND with their data.
    static let pageRecordSize = 64 + 16 * (64 + 256)
    private static let runLength = 64

    private var hash: SHA256
    // Prepared once with all tags, so that a page costs one copy and one update.
    private var pageRecord: [UInt8]

    private init(hash: SHA256) {
        self.hash = hash
        pageRecord = [UInt8](repeating: 0, count: Measurement.pageRecordSize)
        Measurement.put(Measurement.eadd, in: &pageRecord, at: 0)
        for chunk in 0..<16 { Measurement.put(Measurement.eextend, in: &pageRecord, at: 64 + chunk * 320) }
    }

    /// ECREATE: the first record; `ssaFrameSize` in pages, `size` of ELRANGE in bytes.
    public static func ecreate(ssaFrameSize: UInt32, size: UInt64) -> Measurement {
        var measurement = Measurement(hash: SHA256())
        var record = [UInt8](repeating: 0, count: 64)
        put(ecreateTag, in: &record, at: 0)
        put(UInt64(ssaFrameSize) | size << 32, in: &record, at: 8)
        put(size >> 32, in: &record, at: 16)
        measurement.hash.update(record)
        return measurement
    }

    /// EADD of the page at `offset` from the base, with the flags of its SECINFO.
    public mutating func eadd(offset: UInt64, flags: SECINFO.Flags) {
        addPages(offset: offset, count: 1, flags: flags)
    }

    /// EEXTEND of the 256 bytes at `offset` from the base.
    public mutating func eextend(offset: UInt64, chunk: UnsafeRawBufferPointer) throws(SGXError) {
        guard chunk.count == 256 else { throw .wrongSize(.measurement, expected: 256, actual: chunk.count) }
        var record = [UInt8](repeating: 0, count: 64)
        Measurement.put(Measurement.eextend, in: &record, at: 0)
        Measurement.put(offset, in: &record, at: 8)
        hash.update(record)
        hash.update(chunk)
    }

    /// EADD and the sixteen EEXTEND of a page, as the Linux driver does them for a page it measures.
    public mutating func addMeasuredPage(
        offset: UInt64, flags: SECINFO.Flags, page: UnsafeRawBufferPointer
    ) throws(SGXError) {
        guard page.count == Measurement.pageSize, let source = page.baseAddress else {
            throw .wrongSize(.measurement, expected: Measurement.pageSize, actual: page.count)
        }
        pageRecord.withUnsafeMutableBytes { record in
            record.storeBytes(of: offset.littleEndian, toByteOffset: 8, as: UInt64.self)
            record.storeBytes(of: flags.rawValue.littleEndian, toByteOffset: 16, as: UInt64.self)
            for chunk in 0..<16 {
                let start = 64 + chunk * 320
                let address = offset + UInt64(chunk * 256)
                record.storeBytes(of: address.littleEndian, toByteOffset: start + 8, as: UInt64.self)
                UnsafeMutableRawBufferPointer(rebasing: record[start + 64..<start + 320])
                    .copyMemory(from: UnsafeRawBufferPointer(start: source + chunk * 256, count: 256))
            }
        }
        hash.update(pageRecord)
    }

    /// EADD of `count` adjacent pages whose contents are not measured.
    public mutating func addPages(offset: UInt64, count: Int, flags: SECINFO.Flags) {
        let batch = min(count, Measurement.runLength)
        var records = [UInt8](repeating: 0, count: max(batch, 0) * 64)
        for index in 0..<max(batch, 0) {
            Measurement.put(Measurement.eadd, in: &records, at: index * 64)
            Measurement.put(flags.rawValue, in: &records, at: index * 64 + 16)
        }
        var done = 0
        while done < count {
            let part = min(count - done, batch)
            records.withUnsafeMutableBytes { bytes in
                for index in 0..<part {
                    let address = offset + UInt64(done + index) * UInt64(Measurement.pageSize)
                    bytes.storeBytes(of: address.littleEndian, toByteOffset: index * 64 + 8, as: UInt64.self)
                }
            }
            records.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<(part * 64)])) }
            done += part
        }
    }

    /// EINIT: MRENCLAVE of all pages so far; the measurement itself can go on.
    public func finalize() -> Digest {
        var last = hash
        return last.finalize()
    }
}

extension Measurement {
    /// What to publish, so that anybody can continue over pages of their own.
    public var state: SHA256.SavedState {
        // Records are whole blocks, so there always is one.
        hash.state ?? SHA256.SavedState(words: [], length: 0)
    }

    /// Nil for a state that no sequence of records can leave.
    public init?(resuming state: SHA256.SavedState) {
        guard state.length >= 64, let hash = SHA256(resuming: state) else { return nil }
        self.init(hash: hash)
    }

    // Tags as the little-endian words they are read as.
    private static var ecreateTag: UInt64 { 0x0045_5441_4552_4345 }
    private static var eadd: UInt64 { 0x0000_0000_4444_4145 }
    private static var eextend: UInt64 { 0x0044_4e45_5458_4545 }

    private static func put(_ value: UInt64, in record: inout [UInt8], at offset: Int) {
        for index in 0..<8 { record[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
    }
}
