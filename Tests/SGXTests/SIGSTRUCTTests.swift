import EnclaveCrypto
import SGX
import Testing

@Suite("SIGSTRUCT")
struct SIGSTRUCTTests {
    static func load(_ enclave: RecordedEnclave) throws -> SIGSTRUCT {
        try SIGSTRUCT(parsing: Vectors.bytes("measure/" + enclave.sigstruct))
    }

    @Test("A real SIGSTRUCT has the recorded fields and comes back byte for byte", arguments: Vectors.enclaves)
    func fields(enclave: RecordedEnclave) throws {
        let bytes = try Vectors.bytes("measure/" + enclave.sigstruct)
        let value = try SIGSTRUCT(parsing: bytes)
        #expect(value.bytes == bytes)
        #expect(value.vendor == UInt32(enclave.vendor, radix: 16))
        #expect(value.date == UInt32(enclave.date, radix: 16))
        #expect(value.swDefined == enclave.swdefined)
        #expect(hex(value.attributes.bytes) == enclave.attributes)
        #expect(hex(value.attributeMask.bytes) == enclave.attributemask)
        #expect(value.miscSelect.rawValue == UInt32(enclave.misc[0].dropFirst(2), radix: 16))
        #expect(value.miscMask.rawValue == UInt32(enclave.misc[1].dropFirst(2), radix: 16))
        #expect(hex(value.enclaveHash.bytes) == enclave.mrenclave)
        #expect(hex(value.isvExtProdID.bytes) == enclave.isvextprodid)
        #expect(hex(value.isvFamilyID.bytes) == enclave.isvfamilyid)
        #expect(value.isvProdID == enclave.isvprodid)
        #expect(value.isvSVN == enclave.isvsvn)
    }

    @Test("Signature, Q1, Q2 and MRSIGNER of a real SIGSTRUCT hold", arguments: Vectors.enclaves)
    func signature(enclave: RecordedEnclave) throws {
        let value = try SIGSTRUCTTests.load(enclave)
        try value.check()
        #expect(hex(value.mrSigner.bytes) == enclave.mrsigner)
        let quotients = try SIGSTRUCT.q1q2(signature: value.signature, modulus: value.modulus)
        #expect(quotients.q1 == value.q1)
        #expect(quotients.q2 == value.q2)
    }

    @Test("A signature from elsewhere is attached with quotients of our own", arguments: Vectors.enclaves)
    func attach(enclave: RecordedEnclave) throws {
        let original = try SIGSTRUCTTests.load(enclave)
        var blank = original
        (blank.modulus, blank.signature) = (FixedBytes(), FixedBytes())
        (blank.q1, blank.q2) = (FixedBytes(), FixedBytes())
        let (signature, modulus) = ([UInt8](original.signature.bytes.reversed()), [UInt8](original.modulus.bytes.reversed()))
        #expect(blank.signedMessage == original.signedMessage)
        var other = blank
        other.isvSVN += 1
        try blank.attach(signature: signature, modulus: modulus)
        #expect(blank == original)
        let before = other
        #expect(throws: SIGSTRUCTError.signature) { try other.attach(signature: signature, modulus: modulus) }
        #expect(other == before)
        #expect(throws: SIGSTRUCTError.keySize) { try other.attach(signature: [1], modulus: modulus) }
    }

    @Test("A flipped bit anywhere is refused, by the parser or by the check", arguments: Vectors.enclaves.prefix(1))
    func flips(enclave: RecordedEnclave) throws {
        let bytes = try Vectors.bytes("measure/" + enclave.sigstruct)
        // Every field is met; a prime stride keeps the run short. VENDOR's value is free between two constants, but signed.
        for offset in Array(stride(from: 0, to: bytes.count, by: 13)) + [16, 20, 40, 512, 515, 900, 960, 1807] {
            var changed = bytes
            changed[offset] ^= 1 << UInt8(offset % 8)
            var refused = false
            do { try SIGSTRUCT(parsing: changed).check() } catch { refused = true }
            #expect(refused, "offset \(offset)")
        }
    }

    @Test("What is refused is named, with the processor's code", arguments: Vectors.enclaves.prefix(1))
    func reasons(enclave: RecordedEnclave) throws {
        let good = try SIGSTRUCTTests.load(enclave)
        func refusal(_ change: (inout SIGSTRUCT) -> Void) -> SIGSTRUCTError? {
            var value = good
            change(&value)
            do throws(SIGSTRUCTError) { try value.check() } catch { return error }
            return nil
        }
        #expect(refusal { $0.header[0] = 7 } == .header)
        #expect(refusal { $0.header2[0] = 7 } == .header)
        #expect(refusal { $0.header[15] = 0x80 } == .header, "the signing tool's debug type is no type of the processor's")
        #expect(refusal { $0.vendor = 1 } == .vendor)
        #expect(refusal { $0.exponent = 65537 } == .exponent)
        #expect(refusal { $0.date += 1 } == .signature)
        #expect(refusal { $0.q1[0] ^= 1 } == .quotient1)
        #expect(refusal { $0.q2[0] ^= 1 } == .quotient2)
        #expect(refusal { $0.signature = FixedBytes([UInt8](repeating: 0xff, count: 384)) ?? .init() } == .signatureNotBelowModulus)
        #expect(refusal { $0.modulus = .init() } == .signatureNotBelowModulus)
        #expect(SIGSTRUCTError.signature.code == .invalidSignature)
        #expect(SIGSTRUCTError.quotient1.code == .invalidSignature)
        #expect(SIGSTRUCTError.header.code == .invalidSigStruct)
    }

    @Test("Cut, lengthened and reserved bytes are refused", arguments: Vectors.enclaves.prefix(1))
    func shape(enclave: RecordedEnclave) throws {
        let bytes = try Vectors.bytes("measure/" + enclave.sigstruct)
        #expect(throws: SGXError.wrongSize(.sigstruct, expected: 1808, actual: 1807)) {
            try SIGSTRUCT(parsing: [UInt8](bytes.dropLast()))
        }
        #expect(throws: SGXError.wrongSize(.sigstruct, expected: 1808, actual: 1809)) {
            try SIGSTRUCT(parsing: bytes + [0])
        }
        for (offset, start) in [(44, 44), (127, 44), (910, 910), (1000, 992), (1039, 1028)] {
            var changed = bytes
            changed[offset] = 1
            #expect(throws: SGXError.reservedNotZero(.sigstruct, offset: start)) { try SIGSTRUCT(parsing: changed) }
        }
    }
}
