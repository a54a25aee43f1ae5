import EnclaveCrypto
import EnclaveRuntime
import Volume
import Wire

/// The last value a volume's superblock was given, kept outside of the volume: an older copy of the volume shows a smaller one.
///
/// The record is "INCLCNT\0", the volume's id, u64 value and HMAC-SHA-256 over these under a key of the volume. It is kept by the host, so
/// it tells of accidents: a host that puts back old copies of both is not found out.
struct VolumeCounter {
    private static let magic: UInt64 = 0x0054_4e43_4c43_4e49
    private static let label = "inclavare volume counter v1" as StaticString
    private static let length = 80

    private let handle: UInt64
    private let id: Bytes
    private let key: Bytes

    init(_ store: HostBlockStore, id: Bytes, master: Bytes) {
        handle = store.handle
        self.id = id
        do throws(CryptoError) {
            key = try HKDFSHA256.derive(secret: master, salt: id, info: Bytes(text: Self.label), count: 32)
        } catch { key = [] }
    }

    /// The value that is kept, or `nil` where there is none that this volume wrote.
    ///
    /// BLOCKS.
    func read() -> UInt64? {
        var record: Bytes = []
        let result = Host.unlockedCall { area in
            area.write(id)
            let result = area.call(.readCounter, handle)
            if result == Int64(Self.length) { record = area.read(count: Self.length) }
            return result
        }
        guard result == Int64(Self.length) else { return nil }
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(record[40 + index]) << UInt64(index * 8) }
        return ConstantTime.equal(record, encoded(value)) ? value : nil
    }

    /// BLOCKS.
    func write(_ value: UInt64) throws(Errno) {
        let record = encoded(value)
        let result = Host.unlockedCall { area in
            area.write(id)
            area.write(record, at: id.count)
            return area.call(.writeCounter, handle, UInt64(record.count))
        }
        guard result == 0 else { throw .EIO }
    }

    private func encoded(_ value: UInt64) -> Bytes {
        var writer = ByteWriter()
        writer.u64(Self.magic)
        writer.raw(id)
        writer.u64(value)
        return writer.bytes + HMACSHA256.authenticate(key: key, message: writer.bytes).bytes
    }
}
