import EnclaveCrypto
import SGX
import Testing

@Suite("Keys and reports of the software processor")
struct KeyDerivationTests {
    let keys: KeyDerivation
    let identity: EnclaveIdentity
    let request: KeyRequest

    init() throws {
        keys = try #require(KeyDerivation(rootKey: [UInt8](0..<32)))
        var secs = SECS(
            size: 1 << 20, baseAddress: 0, ssaFrameSize: 1, miscSelect: .exinfo,
            attributes: Attributes(flags: [.initialized, .debug, .mode64Bit, .kss], xfrm: [.legacy, .avx]))
        secs.mrEnclave = try #require(Digest(bytes: [UInt8](repeating: 0x11, count: 32)))
        secs.mrSigner = try #require(Digest(bytes: [UInt8](repeating: 0x22, count: 32)))
        secs.configID = KeyDerivationTests.filled(0x33)
        (secs.isvProdID, secs.isvSVN, secs.configSVN) = (9, 8, 3)
        identity = EnclaveIdentity(
            secs: secs, isvFamilyID: KeyDerivationTests.filled(0x44), isvExtProdID: KeyDerivationTests.filled(0x55),
            cpuSVN: KeyDerivationTests.filled(5), ownerEpoch: KeyDerivationTests.filled(6))
        var request = KeyRequest(.seal, policy: [.mrEnclave, .configID])
        request.isvSVN = 8
        request.configSVN = 2
        request.cpuSVN = KeyDerivationTests.filled(4)
        request.attributeMask = Attributes(flags: .mode64Bit)
        request.miscMask = .all
        request.keyID = KeyDerivationTests.filled(0x77)
        self.request = request
    }

    static func filled<let size: Int>(_ value: UInt8) -> FixedBytes<size> {
        FixedBytes([UInt8](repeating: value, count: size)) ?? FixedBytes()
    }

    func identity(with flag: Attributes.Flags) -> EnclaveIdentity {
        var changed = identity
        changed.attributes.flags.insert(flag)
        return changed
    }

    func refusal(_ change: (inout KeyRequest) -> Void, _ identity: EnclaveIdentity? = nil) -> KeyError? {
        var changed = request
        change(&changed)
        do throws(KeyError) { _ = try keys.key(changed, for: identity ?? self.identity) } catch { return error }
        return nil
    }

    // Computed with Python's `cryptography` from the layout that sgx_keys.h documents: sealed data must survive every version.
    @Test("Each key name gives the key that the documented layout gives")
    func golden() throws {
        #expect(try hex(keys.key(request, for: identity).bytes) == "d166c2a342bc930b1eb1292611310a22")
        var other = request
        other.name = KeyName.report.rawValue
        #expect(try hex(keys.key(other, for: identity).bytes) == "5cd1d27725014bb3429039f1e4a57aec")
        let provision = identity(with: .provisionKey)
        (other.name, other.policy) = (KeyName.provision.rawValue, [])
        #expect(try hex(keys.key(other, for: provision).bytes) == "3867892acb2f4a4e321a9c1e8f1a2c8b")
        other.name = KeyName.provisionSeal.rawValue
        other.policy = [.noISVProdID, .configID, .isvFamilyID, .isvExtProdID]
        #expect(try hex(keys.key(other, for: provision).bytes) == "062bcc5fe04785f3ca4cb888b0fa5a74")
        (other.name, other.policy) = (KeyName.einitToken.rawValue, [])
        #expect(try hex(keys.key(other, for: identity(with: .einitTokenKey)).bytes) == "7f367d519dc7e6c4f79a476969f25911")
    }

    @Test("Another machine, enclave, epoch, KEYID or SVN gives another sealing key")
    func separation() throws {
        var seen: Set<FixedBytes<16>> = [try keys.key(request, for: identity)]
        let elsewhere = try #require(KeyDerivation(rootKey: [UInt8](1...32)))
        seen.insert(try elsewhere.key(request, for: identity))
        let changes: [(inout EnclaveIdentity) -> Void] = [
            { $0.mrEnclave = Digest() }, { $0.configID = FixedBytes() }, { $0.ownerEpoch = FixedBytes() },
            { $0.attributes.flags.remove(.debug) }, { $0.miscSelect = [] }, { $0.isvProdID = 1 },
        ]
        for change in changes {
            var changed = identity
            change(&changed)
            seen.insert(try keys.key(request, for: changed))
        }
        for change in [
            { (r: inout KeyRequest) in r.isvSVN = 7 }, { $0.configSVN = 1 }, { $0.keyID = FixedBytes() },
            { $0.cpuSVN = FixedBytes() }, { $0.attributeMask.xfrm = .all }, { $0.miscMask = [] }, { $0.policy = .mrSigner },
            { $0.policy = [] },
        ] {
            var changed = request
            change(&changed)
            seen.insert(try keys.key(changed, for: identity))
        }
        #expect(seen.count == 2 + changes.count + 8)
    }

    @Test("What the policy leaves out does not matter: an update by the same signer keeps its key")
    func independence() throws {
        var signed = request
        (signed.policy, signed.configSVN) = (.mrSigner, 0)
        var updated = identity
        updated.mrEnclave = Digest()
        updated.isvSVN = 20
        updated.isvFamilyID = FixedBytes()
        updated.configID = FixedBytes()
        updated.attributes.flags.remove(.kss)
        #expect(try keys.key(signed, for: identity) == keys.key(signed, for: updated))
    }

    @Test("DEBUG is in every sealing key, whatever the mask says")
    func debug() throws {
        var open = request
        open.attributeMask = Attributes()
        var release = identity
        release.attributes.flags.remove(.debug)
        #expect(try keys.key(open, for: identity) != keys.key(open, for: release))
    }

    @Test("Refusals have the processor's codes")
    func refusals() {
        #expect(refusal { $0.name = 5 } == .refused(.invalidKeyName))
        #expect(refusal { $0.isvSVN = 9 } == .refused(.invalidISVSVN))
        #expect(refusal { $0.configSVN = 4 } == .refused(.invalidISVSVN))
        #expect(refusal { $0.cpuSVN[15] = 6 } == .refused(.invalidCPUSVN))
        #expect(refusal { $0.name = KeyName.provision.rawValue } == .refused(.invalidAttribute))
        #expect(refusal { $0.name = KeyName.provisionSeal.rawValue } == .refused(.invalidAttribute))
        #expect(refusal { $0.name = KeyName.einitToken.rawValue } == .refused(.invalidAttribute))
        #expect(refusal { $0.name = KeyName.report.rawValue } == nil)
    }

    @Test("Reserved bits, and KSS policies without KSS, fault")
    func faults() throws {
        #expect(refusal { $0.policy = KeyRequest.Policy(rawValue: 0x40) } == .generalProtection)
        var plain = identity
        plain.attributes.flags.remove(.kss)
        for policy: KeyRequest.Policy in [.noISVProdID, .configID, .isvFamilyID, .isvExtProdID] {
            #expect(refusal({ $0.policy = policy }, plain) == .generalProtection)
        }
        #expect(refusal({ ($0.policy, $0.configSVN) = ([.mrEnclave, .mrSigner], 0) }, plain) == nil)
        #expect(refusal({ $0.policy = .mrSigner }, plain) == .generalProtection, "CONFIGSVN without KSS")
        #expect(refusal { $0.cetAttributesMask = 1 } == .generalProtection, "reserved where there is no CET")
        for offset in [7, 78, 511] {
            var bytes = request.bytes
            bytes[offset] = 1
            #expect(throws: KeyError.generalProtection) { try keys.key(requestBytes: bytes, for: identity) }
        }
        #expect(throws: KeyError.generalProtection) { try keys.key(requestBytes: [], for: identity) }
        #expect(KeyDerivation(rootKey: [UInt8](0..<31)) == nil)
    }

    @Test("CONFIGSVN is bounded and used only where a sealing key can depend on it")
    func configurationVersion() throws {
        let platform = identity(with: [.provisionKey, .einitTokenKey])
        for name: KeyName in [.seal, .provisionSeal] {
            #expect(refusal({ ($0.name, $0.configSVN) = (name.rawValue, 4) }, platform) == .refused(.invalidISVSVN))
        }
        for name: KeyName in [.einitToken, .provision, .report] {
            #expect(refusal({ ($0.name, $0.configSVN) = (name.rawValue, 4) }, platform) == nil)
        }
        var without = request
        without.policy = .mrEnclave
        let key = try keys.key(without, for: identity)
        without.configSVN = 1
        #expect(try keys.key(without, for: identity) == key)
    }

    @Test("A report for an enclave is verified with the report key that enclave gets from EGETKEY")
    func report() throws {
        var reporter = identity
        reporter.mrEnclave = Digest()
        let target = TargetInfo(
            of: try keys.report(
                by: identity, for: TargetInfo(), data: .init(), keyID: .init()
            ).body)
        let keyID: FixedBytes<32> = KeyDerivationTests.filled(0x99)
        let report = try keys.report(by: reporter, for: target, data: KeyDerivationTests.filled(0xdd), keyID: keyID)
        #expect(report.body.reportData == KeyDerivationTests.filled(0xdd))
        #expect(report.body.mrSigner == reporter.mrSigner)
        #expect(report.body.isvFamilyID == reporter.isvFamilyID)
        #expect(report.body.cpuSVN == reporter.cpuSVN)

        var wanted = KeyRequest(.report)
        wanted.keyID = report.keyID
        let key = try keys.key(wanted, for: identity)
        #expect(try report.verify(key: key))
        #expect(try keys.reportKey(for: target, keyID: keyID, processor: reporter) == key)
        #expect(try Report.make(body: report.body, keyID: keyID, key: key) == report)

        #expect(try !report.verify(key: keys.key(wanted, for: reporter)))
        for offset in [0, 48, 64, 128, 320, 383] {
            var bytes = report.bytes
            bytes[offset] ^= 1
            #expect(try !Report(parsing: bytes).verify(key: key))
        }
        // KEYID is not covered by the MAC but chooses the key.
        var moved = report
        moved.keyID = FixedBytes()
        wanted.keyID = moved.keyID
        #expect(try !moved.verify(key: keys.key(wanted, for: identity)))
    }
}
