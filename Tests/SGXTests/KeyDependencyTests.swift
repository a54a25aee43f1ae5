import EnclaveCrypto
import SGX
import Testing

/// What each key depends on, held against the manual's table of key derivation: every input is changed alone.
@Suite("What keys depend on")
struct KeyDependencyTests {
    typealias Names = Set<KeyName>

    struct Input: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Keys that change with it whatever the policy says.
        var always: Names
        /// Keys that change with it under these policies only.
        var chosen: Names = []
        var policy: KeyRequest.Policy = []
        /// The policy bit leaves it out instead.
        var leavesOut = false
        var change: @Sendable (inout EnclaveIdentity, inout KeyRequest) -> Void

        init(
            _ description: String, _ always: Names, chosen: Names = [], by policy: KeyRequest.Policy = [], leavesOut: Bool = false,
            _ change: @escaping @Sendable (inout EnclaveIdentity, inout KeyRequest) -> Void
        ) {
            (testDescription, self.always, self.chosen, self.policy) = (description, always, chosen, policy)
            (self.leavesOut, self.change) = (leavesOut, change)
        }

        func decides(_ name: KeyName, under policy: KeyRequest.Policy) -> Bool {
            if always.contains(name) { return true }
            return chosen.contains(name) && policy.contains(self.policy) != leavesOut
        }
    }

    static let all: Names = [.einitToken, .provision, .provisionSeal, .report, .seal]
    static let masked: Names = [.einitToken, .provision, .provisionSeal, .seal]
    static let sealing: Names = [.seal, .provisionSeal]

    static let inputs: [Input] = [
        Input("an attribute under the mask", all) { identity, _ in identity.attributes.flags.remove(.aexNotify) },
        Input("an attribute outside the mask", [.report]) { identity, _ in identity.attributes.flags.insert(.cet) },
        Input("XFRM under the mask", all) { identity, _ in identity.attributes.xfrm.remove(.avx) },
        Input("XFRM outside the mask", [.report]) { identity, _ in identity.attributes.xfrm.insert(.pkru) },
        Input("DEBUG, which no mask leaves out", all) { identity, _ in identity.attributes.flags.insert(.debug) },
        Input("MISCSELECT under the mask", all) { identity, _ in identity.miscSelect.remove(.exinfo) },
        Input("MISCSELECT outside the mask", [.report]) { identity, _ in identity.miscSelect.insert(.cpinfo) },
        Input("MRENCLAVE", [.report], chosen: [.seal], by: .mrEnclave) { identity, _ in identity.mrEnclave = Digest() },
        Input("MRSIGNER", [.einitToken, .provision, .provisionSeal], chosen: [.seal], by: .mrSigner) { identity, _ in
            identity.mrSigner = Digest()
        },
        Input("ISVPRODID", [.einitToken, .provision], chosen: sealing, by: .noISVProdID, leavesOut: true) { identity, _ in
            identity.isvProdID += 1
        },
        Input("ISVFAMILYID", [], chosen: sealing, by: .isvFamilyID) { identity, _ in identity.isvFamilyID[0] = 1 },
        Input("ISVEXTPRODID", [], chosen: sealing, by: .isvExtProdID) { identity, _ in identity.isvExtProdID[0] = 1 },
        Input("CONFIGID", [.report], chosen: sealing, by: .configID) { identity, _ in identity.configID[0] = 1 },
        Input("the enclave's own CONFIGSVN", [.report]) { identity, _ in identity.configSVN += 1 },
        Input("the CONFIGSVN asked for", [], chosen: sealing, by: .configID) { _, request in request.configSVN += 1 },
        Input("the enclave's own ISVSVN", []) { identity, _ in identity.isvSVN += 1 },
        Input("the ISVSVN asked for", masked) { _, request in request.isvSVN += 1 },
        Input("the processor's own CPUSVN", [.report]) { identity, _ in identity.cpuSVN[3] += 1 },
        Input("the CPUSVN asked for", masked) { _, request in request.cpuSVN[3] += 1 },
        Input("the owner's epoch", [.einitToken, .report, .seal]) { identity, _ in identity.ownerEpoch[0] = 9 },
        Input("KEYID", [.einitToken, .report, .seal]) { _, request in request.keyID[31] = 1 },
        Input("the attribute mask where the enclave has no bit", [.provision, .provisionSeal, .seal]) { _, request in
            request.attributeMask.flags.insert(.init(rawValue: 1 << 40))
        },
        Input("the MISCSELECT mask where the enclave has no bit", [.provision, .provisionSeal, .seal]) { _, request in
            request.miscMask.insert(.init(rawValue: 1 << 20))
        },
    ]

    static let policies: [KeyRequest.Policy] = [
        [], .mrEnclave, .mrSigner, .noISVProdID, .configID, .isvFamilyID, .isvExtProdID,
        [.mrEnclave, .mrSigner, .noISVProdID, .configID, .isvFamilyID, .isvExtProdID],
    ]

    @Test("An input changes exactly the keys that the table says", arguments: inputs)
    func dependency(input: Input) throws {
        let keys = try #require(KeyDerivation(rootKey: [UInt8](40..<72)))
        for name in Self.all {
            for policy in Self.policies {
                let identity = try Self.identity()
                let request = Self.request(name, policy)
                var (otherIdentity, otherRequest) = (identity, request)
                input.change(&otherIdentity, &otherRequest)
                let differs = try keys.key(request, for: identity) != keys.key(otherRequest, for: otherIdentity)
                #expect(differs == input.decides(name, under: policy), "\(name), policy \(policy.rawValue)")
            }
        }
    }

    @Test("The policy itself is an input of the sealing keys alone")
    func policy() throws {
        let keys = try #require(KeyDerivation(rootKey: [UInt8](40..<72)))
        let identity = try Self.identity()
        for name in Self.all {
            let made = Set(try Self.policies.map { try keys.key(Self.request(name, $0), for: identity) })
            #expect(made.count == (Self.sealing.contains(name) ? Self.policies.count : 1), "\(name)")
        }
    }

    /// Every version is above what is asked for, so that each can be raised by one.
    private static func identity() throws -> EnclaveIdentity {
        var secs = SECS(
            size: 8192, baseAddress: 0, ssaFrameSize: 1, miscSelect: .exinfo,
            attributes: Attributes(
                flags: [.initialized, .mode64Bit, .kss, .provisionKey, .einitTokenKey, .aexNotify], xfrm: [.legacy, .avx]))
        secs.mrEnclave = try #require(Digest(bytes: [UInt8](repeating: 1, count: 32)))
        secs.mrSigner = try #require(Digest(bytes: [UInt8](repeating: 2, count: 32)))
        (secs.isvProdID, secs.isvSVN, secs.configSVN) = (3, 4, 5)
        let version = try #require(FixedBytes<16>([UInt8](repeating: 6, count: 16)))
        return EnclaveIdentity(secs: secs, cpuSVN: version)
    }

    private static func request(_ name: KeyName, _ policy: KeyRequest.Policy) -> KeyRequest {
        var request = KeyRequest(name, policy: policy)
        request.attributeMask = Attributes(flags: .aexNotify, xfrm: .avx)
        request.miscMask = .exinfo
        return request
    }
}
