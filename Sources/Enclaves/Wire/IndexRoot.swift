import EnclaveCrypto

/// The one digest that stands for a whole index file, as the configuration holds it.
public enum IndexRoot {
    /// The root over a tree whose top block hashes to `top`; see `IndexFormat`.
    public static func digest(top: Digest, geometry: IndexGeometry) -> Digest {
        var writer = ByteWriter()
        IndexFormat.rootLabel.withUTF8Buffer { for byte in $0 { writer.u8(byte) } }
        writer.u8(0)
        writer.u64(geometry.dataLength)
        writer.u32(geometry.levels)
        writer.raw(top.bytes)
        return SHA256.hash(writer.bytes)
    }
}
