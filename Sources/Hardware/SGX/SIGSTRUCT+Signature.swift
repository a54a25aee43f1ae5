import EnclaveCrypto

extension SIGSTRUCT {
    /// Takes the RSA-3072 signature of `signedMessage` (PKCS #1 v1.5, SHA-256, e = 3), both numbers big-endian as libraries give them.
    ///
    /// Computes Q1 and Q2 and checks the result, so that a signature under another key or another message is refused here.
    public mutating func attach(signature: [UInt8], modulus: [UInt8]) throws(SIGSTRUCTError) {
        guard let signature = FixedBytes<384>([UInt8](signature.reversed())),
            let modulus = FixedBytes<384>([UInt8](modulus.reversed()))
        else { throw .keySize }
        let quotients = try SIGSTRUCT.q1q2(signature: signature, modulus: modulus)
        var signed = self
        signed.signature = signature
        signed.modulus = modulus
        signed.q1 = quotients.q1
        signed.q2 = quotients.q2
        try signed.check()
        self = signed
    }

    /// Q1 = floor(S²/M), Q2 = floor(S·(S² mod M)/M): they spare the processor all division.
    public static func q1q2(
        signature: FixedBytes<384>, modulus: FixedBytes<384>
    ) throws(SIGSTRUCTError) -> (q1: FixedBytes<384>, q2: FixedBytes<384>) {
        let s = WideInteger(littleEndian: signature.bytes)
        let m = WideInteger(littleEndian: modulus.bytes)
        guard s < m, let first = (s * s).dividing(by: m), let second = (s * first.remainder).dividing(by: m) else {
            throw .signatureNotBelowModulus
        }
        return (
            FixedBytes(first.quotient.littleEndian(384), at: 0), FixedBytes(second.quotient.littleEndian(384), at: 0)
        )
    }

    /// What EINIT checks of the structure alone: constants, then the signature through Q1 and Q2.
    public func check() throws(SIGSTRUCTError) {
        guard header == SIGSTRUCT.header, header2 == SIGSTRUCT.header2 else { throw .header }
        guard vendor == 0 || vendor == SIGSTRUCT.intelVendor else { throw .vendor }
        guard exponent == 3 else { throw .exponent }
        let encoded = try openedSignature()
        guard encoded == SIGSTRUCT.encodedDigest(of: signedMessage) else { throw .signature }
    }

    /// S³ mod M as 384 little-endian bytes: S·S = Q1·M + R1 and R1·S = Q2·M + R2, both remainders below M.
    private func openedSignature() throws(SIGSTRUCTError) -> [UInt8] {
        let s = WideInteger(littleEndian: signature.bytes)
        let m = WideInteger(littleEndian: modulus.bytes)
        guard s < m else { throw .signatureNotBelowModulus }
        guard let r1 = (s * s).subtracting(WideInteger(littleEndian: q1.bytes) * m), r1 < m else { throw .quotient1 }
        let low = WideInteger(limbs: [UInt64](r1.limbs[..<48]))
        guard let r2 = (low * s).subtracting(WideInteger(littleEndian: q2.bytes) * m), r2 < m else { throw .quotient2 }
        return r2.littleEndian(384)
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017, 9.2) for SHA-256 and 384 bytes, reversed as numbers are stored here.
    private static func encodedDigest(of message: [UInt8]) -> [UInt8] {
        let digestInfo: [UInt8] = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
        ]
        var encoded: [UInt8] = [0x00, 0x01]
        for _ in 0..<(384 - 3 - digestInfo.count - Digest.byteCount) { encoded.append(0xff) }
        encoded.append(0x00)
        encoded.append(contentsOf: digestInfo)
        encoded.append(contentsOf: SHA256.hash(message).bytes)
        return [UInt8](encoded.reversed())
    }
}
