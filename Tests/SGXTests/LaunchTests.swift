import EnclaveCrypto
import SGX
import Testing

@Suite("EINIT's rules", .enabled(if: !Vectors.enclaves.isEmpty))
struct LaunchTests {
    /// MobileCoin's, with a mask that leaves DEBUG and AVX to the host and nothing else.
    let signed: SIGSTRUCT
    let secs: SECS

    init() throws {
        signed = try SIGSTRUCT(parsing: Vectors.bytes("measure/sigstruct-only/mobilecoin-valid.css"))
        var secs = SECS(size: 0x100000, baseAddress: 0, ssaFrameSize: 1, attributes: signed.attributes)
        secs.mrEnclave = signed.enclaveHash
        self.secs = secs
    }

    func refusal(_ change: (inout SECS) -> Void, launchSigner: Digest? = nil) -> SGXErrorCode? {
        var changed = secs
        change(&changed)
        do throws(SGXErrorCode) { try signed.accepts(changed, launchSigner: launchSigner) } catch { return error }
        return nil
    }

    @Test("The enclave that was signed is accepted, and gets its signer's identity")
    func accepted() {
        #expect(refusal { _ in } == nil)
        let initialized = signed.initialized(secs)
        #expect(initialized.mrSigner == signed.mrSigner)
        #expect(initialized.isvProdID == 1)
        #expect(initialized.attributes.flags.contains(.initialized))
    }

    @Test("Another measurement is INVALID_MEASUREMENT")
    func measurement() {
        #expect(refusal { $0.mrEnclave = Digest() } == .invalidMeasurement)
    }

    @Test("Attributes may differ only where the mask lets them")
    func attributes() {
        #expect(refusal { $0.attributes.flags.insert(.debug) } == nil)
        #expect(refusal { $0.attributes.flags.insert(.provisionKey) } == .invalidAttribute)
        #expect(refusal { $0.attributes.flags.insert(.kss) } == .invalidAttribute)
        #expect(refusal { $0.attributes.flags.remove(.mode64Bit) } == .invalidAttribute)
        #expect(refusal { $0.attributes.xfrm.insert(.avx) } == nil)
        #expect(refusal { $0.attributes.xfrm.insert(.pkru) } == .invalidAttribute)
        #expect(refusal { $0.miscSelect = .exinfo } == .invalidAttribute)
    }

    @Test("A changed SIGSTRUCT is INVALID_SIGNATURE or INVALID_SIG_STRUCT before anything else is looked at")
    func structure() throws {
        var forged = signed
        forged.enclaveHash = Digest()
        #expect(throws: SGXErrorCode.invalidSignature) { try forged.accepts(secs) }
        forged = signed
        forged.exponent = 17
        #expect(throws: SGXErrorCode.invalidSigStruct) { try forged.accepts(secs) }
    }

    @Test("Without flexible launch control another signer needs a token that Linux never passes")
    func launchControl() {
        #expect(refusal({ _ in }, launchSigner: signed.mrSigner) == nil)
        #expect(refusal({ _ in }, launchSigner: Digest()) == .invalidEinitToken)
    }

    @Test("Our own masks leave DEBUG, key bits, KSS and XFRM to nobody, and each gap is named")
    func productMasks() throws {
        #expect(throws: SIGSTRUCTError.debugNotCovered) { try signed.requireProductMasks() }
        var ours = SIGSTRUCT()
        ours.attributeMask = SIGSTRUCT.productAttributeMask
        try ours.requireProductMasks()
        func refusal(without flag: Attributes.Flags) -> SIGSTRUCTError? {
            var value = ours
            value.attributeMask.flags.remove(flag)
            do throws(SIGSTRUCTError) { try value.requireProductMasks() } catch { return error }
            return nil
        }
        #expect(refusal(without: .debug) == .debugNotCovered)
        #expect(refusal(without: .provisionKey) == .keyBitsNotCovered)
        #expect(refusal(without: .einitTokenKey) == .keyBitsNotCovered)
        #expect(refusal(without: .kss) == .kssNotCovered)
        ours.attributeMask.xfrm.remove(.pkru)
        #expect(throws: SIGSTRUCTError.xfrmNotCovered) { try ours.requireProductMasks() }
    }
}
