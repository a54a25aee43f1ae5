import Wire

/// What stands in the clear at the beginning of both superblocks: enough to derive the key again, and to say why that fails.
///
/// Its bytes are covered by the superblock's tag. Layout: u64 magic, u32 version, u32 minimum reader, u8 cipher, u8 sealing, u16 product,
/// u16 security version, u16 zero, 16 bytes CPUSVN, 32 bytes id, 32 bytes identity, 32 bytes place.
public struct VolumeHeader: Equatable, Sendable {
    /// "INCLVOL\0", little-endian.
    public static let magic: UInt64 = 0x004c_4f56_4c43_4e49
    public static let version: UInt32 = 1
    public static let minimumReader: UInt32 = 1
    public static let byteCount = 136
    /// AES-256-GCM.
    private static let cipher: UInt8 = 1

    public enum Sealing: UInt8, Sendable {
        case mrenclave = 0
        case mrsigner = 1
        /// A random key that nobody keeps.
        case ephemeral = 2
    }

    public var sealing: Sealing
    public var productID: UInt16
    /// Security version of the enclave and of the processor when the volume was made: the key stays derivable after both were raised.
    public var securityVersion: UInt16
    public var processorVersion: [UInt8]
    /// Random, part of the key.
    public var id: [UInt8]
    /// MRENCLAVE or MRSIGNER it is sealed to.
    public var identity: [UInt8]
    /// SHA-256 of the mount path; part of the key.
    public var place: [UInt8]

    public init(
        sealing: Sealing, productID: UInt16, securityVersion: UInt16, processorVersion: [UInt8], id: [UInt8], identity: [UInt8],
        place: [UInt8]
    ) {
        self.sealing = sealing
        self.productID = productID
        self.securityVersion = securityVersion
        self.processorVersion = processorVersion
        self.id = id
        self.identity = identity
        self.place = place
    }

    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.u64(Self.magic)
        writer.u32(Self.version)
        writer.u32(Self.minimumReader)
        writer.u8(Self.cipher)
        writer.u8(sealing.rawValue)
        writer.u16(productID)
        writer.u16(securityVersion)
        writer.u16(0)
        writer.raw(processorVersion)
        writer.raw(id)
        writer.raw(identity)
        writer.raw(place)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(VolumeRefusal) {
        do throws(WireError) {
            var reader = ByteReader(bytes)
            guard try reader.u64() == Self.magic else { throw .badMagic }
            let version = try reader.u32()
            guard version >= 1, try reader.u32() <= Self.version else { throw .unknownVersion }
            guard try reader.u8() == Self.cipher, let sealing = Sealing(rawValue: try reader.u8()) else { throw .unknownVersion }
            self.sealing = sealing
            productID = try reader.u16()
            securityVersion = try reader.u16()
            guard try reader.u16() == 0 else { throw .unknownVersion }
            processorVersion = try reader.take(16)
            id = try reader.take(32)
            identity = try reader.take(32)
            place = try reader.take(32)
        } catch {
            throw error == .unknownVersion ? .unknownVersion : .notAVolume
        }
    }
}
