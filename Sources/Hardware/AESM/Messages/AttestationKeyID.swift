/// The name by which clients ask for quotes of one quoting enclave and one algorithm.
///
/// 256 bytes: id u16, version u16, length of MRSIGNER u16, MRSIGNER 48, product u32, extended product 16, CONFIGID 64, family 16,
/// algorithm u32 (2: ECDSA P-256); these 158 name it, and what follows (SPID 16, key type u16, zeros) is for EPID.
package struct AttestationKeyID: Equatable, Sendable {
    package static let byteCount = 256
    private static let nameByteCount = 158
    private static let ecdsaP256: UInt8 = 2

    package let bytes: [UInt8]

    /// Nil where there are fewer bytes; more are not looked at, as AESM does not.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.byteCount else { return nil }
        self.bytes = Array(bytes.prefix(Self.byteCount))
    }

    /// ECDSA P-256 by the quoting enclave of this signer and product.
    package init(signer: [UInt8], product: UInt8) {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes[4] = UInt8(truncatingIfNeeded: signer.count)
        for (index, byte) in signer.prefix(48).enumerated() { bytes[6 + index] = byte }
        bytes[54] = product
        bytes[Self.nameByteCount - 4] = Self.ecdsaP256
        self.bytes = bytes
    }

    /// Of Intel's quoting enclave, which clients such as Gramine ask for without asking what there is.
    package static let intel = AttestationKeyID(
        signer: [
            0x8c, 0x4f, 0x57, 0x75, 0xd7, 0x96, 0x50, 0x3e, 0x96, 0x13, 0x7f, 0x77, 0xc6, 0x8a, 0x82, 0x9a,
            0x00, 0x56, 0xac, 0x8d, 0xed, 0x70, 0x14, 0x0b, 0x08, 0x1b, 0x09, 0x44, 0x90, 0xc5, 0x7b, 0xff,
        ], product: 1)

    /// Whether both name the same quoting enclave and algorithm.
    package func names(_ other: AttestationKeyID) -> Bool {
        bytes.prefix(Self.nameByteCount) == other.bytes.prefix(Self.nameByteCount)
    }

    /// MRSIGNER of the quoting enclave, so far as the identity states it.
    package var signer: [UInt8] { Array(bytes[6..<6 + min(48, Int(bytes[4]))]) }

    /// The identities in a client's list: id u16 and version u16, both 0, count u32, the identities; nil where that is not what it is.
    package static func list(_ bytes: [UInt8]) -> [AttestationKeyID]? {
        let (head, most) = (8, 10)
        guard bytes.count >= head + byteCount, bytes.prefix(4).allSatisfy({ $0 == 0 }) else { return nil }
        let count = bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count >= 1, count <= most, bytes.count == head + count * byteCount else { return nil }
        return (0..<count).compactMap { AttestationKeyID(Array(bytes[(head + $0 * byteCount)...])) }
    }
}
