import EnclaveCrypto
import EnclaveTestSupport
import SGX

/// Signatures over what the independent script measured.
enum SignedImages {
    /// The library with a SIGSTRUCT for the measurement the script found.
    static func sdk(_ writer: SDKImageWriter) throws -> (file: [UInt8], recomputed: Recomputed) {
        var writer = writer
        let recomputed = try Recomputed(writer.file())
        var unsigned = SIGSTRUCT()
        unsigned.attributes = Attributes(flags: writer.debug ? [.mode64Bit, .debug] : .mode64Bit, xfrm: .legacy)
        if writer.provisioning { unsigned.attributes.flags.insert(.provisionKey) }
        unsigned.isvProdID = 7
        unsigned.isvSVN = 3
        writer.sigstruct = try sigstruct(unsigned, recomputed.measurement).bytes
        return (writer.file(), recomputed)
    }

    /// `unsigned` with masks as our own, for that measurement.
    static func sigstruct(_ unsigned: SIGSTRUCT, _ measurement: String) throws -> SIGSTRUCT {
        var unsigned = unsigned
        let digits = Array(measurement.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        unsigned.enclaveHash = Digest(bytes: bytes) ?? Digest()
        unsigned.attributeMask = SIGSTRUCT.productAttributeMask
        unsigned.miscMask = .all
        return try TestSigner.shared.get().sign(unsigned)
    }
}
