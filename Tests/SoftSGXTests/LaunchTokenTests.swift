import EnclaveCrypto
import EnclaveLayout
import EnclaveTestSupport
import Glibc
import SGX
import Testing
import Wire

@testable import SoftSGX

/// EINIT with tokens, and what the driver demands before it, on enclaves that are really created.
@Suite struct LaunchTokenTests {
    private static let rootKey = [UInt8](repeating: 7, count: 32)

    /// What came of initialising an enclave with these attributes, signature and token.
    private func outcome(
        attributes: Attributes.Flags = [], prepare: (SoftEnclave) -> Void = { _ in }, sign: (inout SIGSTRUCT) -> Void = { _ in },
        token: (SECS, SIGSTRUCT) throws -> EINITTOKEN? = { _, _ in nil }
    ) throws -> SoftSGXError? {
        var test = try TestEnclave(image: Processor.image.get())
        test.configuration.attributes |= attributes.rawValue
        test.plan = try .init(image: test.image, configuration: test.configuration)
        let enclave = try test.created(rootKey: Self.rootKey)
        for run in test.plan.runs { try TestEnclave.add(run, to: enclave) }
        prepare(enclave)
        let sigstruct = try test.signed(sign)
        var secs = test.plan.secs
        secs.mrEnclave = enclave.mrEnclave
        let token = try token(secs, sigstruct)
        do throws(SoftSGXError) { try enclave.initialise(sigstruct, token: token) } catch { return error }
        return nil
    }

    /// A token as a launch enclave of the same signer makes it, by EGETKEY.
    private func token(
        _ secs: SECS, _ sigstruct: SIGSTRUCT, rootKey: [UInt8] = rootKey, debug: Bool = false
    ) throws -> EINITTOKEN {
        var launcher = SECS(
            size: 8192, baseAddress: 0, ssaFrameSize: 1,
            attributes: Attributes(flags: [.initialized, .mode64Bit, .einitTokenKey], xfrm: .legacy))
        if debug { launcher.attributes.flags.insert(.debug) }
        launcher.mrSigner = sigstruct.mrSigner
        launcher.isvProdID = 0x20
        var request = KeyRequest(.einitToken)
        request.attributeMask = Attributes(flags: [], xfrm: .all)
        request.cpuSVN = SoftwareProcessor.cpuSVN
        let keys = try #require(KeyDerivation(rootKey: rootKey))
        let key = try keys.key(request, for: EnclaveIdentity(secs: launcher, cpuSVN: SoftwareProcessor.cpuSVN))
        var token = EINITTOKEN()
        token.isValid = true
        (token.attributes, token.mrEnclave, token.mrSigner) = (secs.attributes, secs.mrEnclave, sigstruct.mrSigner)
        (token.cpuSVN, token.isvProdID) = (request.cpuSVN, launcher.isvProdID)
        token.maskedAttributes = Attributes(flags: debug ? [.initialized, .debug] : .initialized, xfrm: .legacy)
        let tag = try AESCMAC.authenticate(key: key.bytes, message: [UInt8](token.bytes[..<192]))
        token.mac = try #require(FixedBytes(tag))
        return token
    }

    @Test("The token of a launch enclave on this machine is taken, and so is one that is not VALID, whatever it holds")
    func accepted() throws {
        #expect(try outcome(token: { try token($0, $1) }) == nil)
        #expect(try outcome(token: { _, _ in try EINITTOKEN(operand: [0] + [UInt8](repeating: 0xff, count: 303)) }) == nil)
    }

    @Test("A token of another machine, for another enclave or of a debug launch enclave is refused with the processor's code")
    func refused() throws {
        #expect(
            try outcome(token: { try token($0, $1, rootKey: [UInt8](repeating: 8, count: 32)) }) == .launch(.invalidEinitToken))
        #expect(try outcome(token: { try token($0, $1, debug: true) }) == .launch(.invalidEinitToken))
        #expect(try outcome(attributes: .debug, token: { try token($0, $1, debug: true) }) == nil, "a debug enclave it may launch")
        let other = try outcome(token: { secs, sigstruct in
            var changed = secs
            changed.mrEnclave = Digest()
            return try token(changed, sigstruct)
        })
        #expect(other == .launch(.invalidMeasurement))
        let beyond = try outcome(token: { secs, sigstruct in
            var made = try token(secs, sigstruct)
            made.cpuSVN[15] = 1
            return made
        })
        #expect(beyond == .launch(.invalidCPUSVN))
    }

    @Test("Keys of the platform need the driver's permission, and it refuses them as the kernel's does")
    func permissions() throws {
        #expect(try outcome(attributes: .provisionKey)?.errno == EACCES)
        #expect(try outcome(attributes: .provisionKey, prepare: { $0.provisioningAllowed = true }) == nil)
        #expect(try outcome(attributes: .einitTokenKey, prepare: { $0.provisioningAllowed = true })?.errno == EACCES)
        #expect(try outcome(attributes: .einitTokenKey, prepare: { $0.launchKeyAllowed = true }) == nil)
    }

    @Test("A signature that insists on what the processor lacks is EINVAL; one that only names it is judged by EINIT")
    func insistence() throws {
        let insisting: [(inout SIGSTRUCT) -> Void] = [
            { $0.attributes.flags.insert(.aexNotify) }, { $0.attributes.flags.insert(.initialized) },
            { $0.attributes.flags.insert(.init(rawValue: 1 << 40)) }, { $0.miscSelect = .cpinfo },
            { $0.attributes.xfrm.insert(.init(rawValue: 1 << 62)) },
        ]
        for change in insisting { #expect(try outcome(sign: change)?.errno == EINVAL) }
        #expect(
            try outcome(sign: {
                $0.attributes.flags.insert(.aexNotify)
                $0.attributeMask.flags.remove(.aexNotify)
                $0.miscSelect = .all
                $0.miscMask = []
            }) == nil)
        #expect(try outcome(sign: { $0.isvFamilyID[3] = 1 }) == .launch(.invalidSigStruct), "a family needs KSS")
        #expect(try outcome(attributes: .kss, sign: { $0.isvFamilyID[3] = 1 }) == nil)
        #expect(try outcome(sign: { $0.vendor = 0x8086 }) == nil)
        #expect(try outcome(sign: { ($0.date, $0.swDefined) = (0x2026_1121, 7) }) == nil, "DATE and SWDEFINED are the author's")
    }
}
