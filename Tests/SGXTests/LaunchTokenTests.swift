import EnclaveCrypto
import Testing

@testable import SGX

/// EINIT on random operands, against a table of its rules that reads bytes at the manual's offsets and shares no code with the module.
@Suite("EINIT on random operands")
struct LaunchTokenTests {
    /// The operands as bytes, and what made them.
    struct Triple {
        var secs: [UInt8]
        var signature: [UInt8]
        var token: [UInt8]
        var signer: [UInt8]
        /// IA32_SGXLEPUBKEYHASH; nil as the Linux driver sets it.
        var launchSigner: [UInt8]?
        /// Nobody touched what the launch enclave of that signer authenticated, or what its key depends on.
        var isGenuine = true

        var launchHash: [UInt8] { launchSigner ?? signer }

        func any(_ range: Range<Int>, in bytes: KeyPath<Triple, [UInt8]>) -> Bool {
            self[keyPath: bytes][range].contains { $0 != 0 }
        }

        /// Whether SECS and SIGSTRUCT differ in `count` bytes under the mask.
        func differs(_ secsOffset: Int, _ signedOffset: Int, mask: Int, _ count: Int) -> Bool {
            (0..<count).contains { (secs[secsOffset + $0] ^ signature[signedOffset + $0]) & signature[mask + $0] != 0 }
        }
    }

    struct Rule: Sendable {
        var name: String
        /// Nil: the enclave starts.
        var code: SGXErrorCode?
        var applies: @Sendable (Triple) -> Bool
    }

    static let processorVersion: UInt8 = 3

    /// In the order of the pseudocode: the first that applies decides.
    static let rules: [Rule] = [
        Rule(name: "a family without KSS", code: .invalidSigStruct) {
            $0.any(912..<928, in: \.signature) && $0.secs[48] & 0x80 == 0
        },
        Rule(name: "another measurement", code: .invalidMeasurement) { $0.secs[64..<96] != $0.signature[960..<992] },
        Rule(name: "a launch enclave of a stranger", code: .invalidAttribute) {
            $0.secs[48] & 0x20 != 0 && $0.launchHash != $0.signer
        },
        Rule(name: "attributes under the mask", code: .invalidAttribute) { $0.differs(48, 928, mask: 944, 16) },
        Rule(name: "MISCSELECT under the mask", code: .invalidAttribute) { $0.differs(20, 900, mask: 904, 4) },
        Rule(name: "CET under the mask", code: .invalidAttribute) { $0.differs(32, 908, mask: 909, 1) },
        Rule(name: "no token, another signer", code: .invalidEinitToken) {
            $0.token[0] & 1 == 0 && $0.launchHash != $0.signer
        },
        Rule(name: "no token, none needed", code: nil) { $0.token[0] & 1 == 0 },
        Rule(name: "a debug launch enclave for a production enclave", code: .invalidEinitToken) {
            $0.token[240] & 2 != 0 && $0.secs[48] & 2 == 0
        },
        Rule(name: "reserved bits in the token", code: .invalidEinitToken) { triple in
            triple.token[0] > 1 || [1..<48, 96..<128, 160..<192, 213..<236].contains { triple.any($0, in: \.token) }
        },
        Rule(name: "a processor version beyond this one", code: .invalidCPUSVN) {
            $0.token[192..<208].contains { $0 > processorVersion }
        },
        Rule(name: "a MAC that does not hold", code: .invalidEinitToken) { !$0.isGenuine },
        Rule(name: "a token for another enclave", code: .invalidMeasurement) {
            $0.token[64..<96] != $0.secs[64..<96] || $0.token[128..<160] != $0.signer[...]
        },
        Rule(name: "a token for other attributes", code: .invalidAttribute) { $0.token[48..<64] != $0.secs[48..<64] },
        Rule(name: "a good token", code: nil) { _ in true },
    ]

    let rootKey = [UInt8](100..<132)
    let version = FixedBytes<16>([UInt8](repeating: processorVersion, count: 16)) ?? .init()
    let epoch = FixedBytes<16>([UInt8](repeating: 9, count: 16)) ?? .init()

    @Test("20,000 triples get the code of the first rule that they break, and every rule is met")
    func table() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(state: seed)
        var met = [Int](repeating: 0, count: Self.rules.count)
        for number in 0..<20_000 {
            let triple = try make(&random)
            let first = try #require(Self.rules.firstIndex { $0.applies(triple) })
            met[first] += 1
            let (expected, found) = (Self.rules[first].code, try verdict(triple))
            try #require(expected == found, "seed \(seed), triple \(number): \(Self.rules[first].name)")
        }
        for (rule, count) in zip(Self.rules, met) { #expect(count > 20, "seed \(seed): \(rule.name)") }
    }

    private func verdict(_ triple: Triple) throws -> SGXErrorCode? {
        let control = try #require(
            LaunchControl(
                rootKey: rootKey, cpuSVN: version, ownerEpoch: epoch,
                launchSigner: triple.launchSigner.flatMap { Digest(bytes: $0) }))
        let signed = try SIGSTRUCT(parsing: triple.signature)
        let secs = try SECS(parsing: triple.secs)
        let token = try EINITTOKEN(operand: triple.token)
        do throws(SGXErrorCode) { try signed.launches(secs, token: token, under: control) } catch { return error }
        return nil
    }

    private func make(_ random: inout SplitMix) throws -> Triple {
        var secs = [UInt8](repeating: 0, count: 4096)
        secs[48] = 4 | random.pick([0, 2, 0x20, 0x80, 0x82]) | random.pick([0, 0x10])
        secs[56] = random.pick([3, 7, 0xe7])
        secs[20] = random.pick([0, 1])
        secs[32] = random.pick([0, 0, 1])
        for index in 64..<96 { secs[index] = random.byte() }
        var signature = SIGSTRUCT().bytes
        for index in 128..<512 { signature[index] = random.byte() }
        signature[900] = secs[20]
        signature[908] = secs[32]
        for index in 0..<16 { signature[928 + index] = secs[48 + index] }
        for index in 0..<32 { signature[960 + index] = secs[64 + index] }
        for mask in [904, 909, 944, 952] { signature[mask] = random.pick([0, 0xfd, 0xff]) }
        if random.one(in: 12) { signature[912 + random.below(16)] = 1 }
        if random.one(in: 12) { signature[1008 + random.below(16)] = 1 }
        if random.one(in: 12) { signature[960 + random.below(32)] ^= 1 }
        if random.one(in: 6) { signature[random.pick([900, 908, 928, 929, 936, 937])] ^= 1 << UInt8(random.below(8)) }
        let signer = SHA256.hash([UInt8](signature[128..<512])).bytes
        let stranger = [UInt8](repeating: 0x5a, count: 32)
        let launchSigner = random.pick([nil, signer, stranger, stranger])
        var triple = Triple(
            secs: secs, signature: signature, token: [], signer: signer, launchSigner: launchSigner)
        try issueToken(for: &triple, &random)
        return triple
    }

    /// What a launch enclave does: fills in a token, gets the key from EGETKEY and authenticates.
    private func issueToken(for triple: inout Triple, _ random: inout SplitMix) throws {
        var token = [UInt8](repeating: 0, count: 304)
        token[0] = random.pick([0, 1, 1, 1, 1, 1])
        for index in 0..<16 { token[48 + index] = triple.secs[48 + index] }
        for index in 0..<32 { token[64 + index] = triple.secs[64 + index] }
        for index in 0..<32 { token[128 + index] = triple.signer[index] }
        if random.one(in: 10) { token[random.pick([64, 95, 128, 159])] ^= 1 }
        if random.one(in: 10) { token[random.pick([48, 56])] ^= 0x40 }
        if random.one(in: 20) { token[random.pick([1, 4, 47, 96, 160, 191])] ^= 1 }
        try authenticate(&token, by: triple.launchHash, &random)
        let damage = random.below(10)
        if damage == 0 {
            let place = random.pick([48, 64, 128, 200, 208, 210, 212, 236, 240, 248, 256, 287, 288, 303])
            // Lowered, so that the version stays one the processor knows.
            token[place] = place == 200 ? 0 : token[place] ^ 4
            triple.isGenuine = false
        } else if damage == 1 {
            token[random.pick([192, 207])] = 4
            triple.isGenuine = false
        } else if damage == 2 {
            token[random.pick([213, 235])] = 1
        }
        triple.token = token
    }

    private func authenticate(_ token: inout [UInt8], by signer: [UInt8], _ random: inout SplitMix) throws {
        var secs = SECS(
            size: 8192, baseAddress: 0, ssaFrameSize: 1, miscSelect: .exinfo,
            attributes: Attributes(flags: [.initialized, .mode64Bit, .einitTokenKey], xfrm: .legacy))
        if random.one(in: 3) { secs.attributes.flags.insert(.debug) }
        secs.mrSigner = try #require(Digest(bytes: signer))
        (secs.isvProdID, secs.isvSVN) = (0x20, 7)
        var request = KeyRequest(.einitToken)
        request.isvSVN = 5
        request.attributeMask = Attributes(flags: .einitTokenKey, xfrm: .all)
        request.miscMask = .all
        request.cpuSVN = FixedBytes([UInt8](repeating: 2, count: 16)) ?? .init()
        request.keyID = FixedBytes((0..<32).map { _ in random.byte() }) ?? .init()
        let keys = try #require(KeyDerivation(rootKey: rootKey))
        let key = try keys.key(request, for: EnclaveIdentity(secs: secs, cpuSVN: version, ownerEpoch: epoch))
        for index in 192..<208 { token[index] = 2 }
        (token[208], token[210], token[236]) = (0x20, 5, 1)
        token[240] = 0x21 | UInt8(truncatingIfNeeded: secs.attributes.flags.rawValue & 2)
        token[248] = 3
        token.replaceSubrange(256..<288, with: request.keyID.bytes)
        token.replaceSubrange(288..<304, with: try AESCMAC.authenticate(key: key.bytes, message: [UInt8](token[..<192])))
    }

    @Test("A token that parses comes back byte for byte; as an operand its reserved bits are only noted")
    func reading() throws {
        var bytes = [UInt8](repeating: 0, count: 304)
        bytes[0] = 1
        #expect(try !EINITTOKEN(operand: bytes).hasReservedBits)
        for offset in [1, 4, 47, 96, 191, 213, 235] {
            var changed = bytes
            changed[offset] = 1
            #expect(try EINITTOKEN(operand: changed).hasReservedBits)
            #expect(throws: SGXError.self) { try EINITTOKEN(parsing: changed) }
        }
        #expect(throws: SGXError.self) { try EINITTOKEN(operand: [UInt8](bytes.dropLast())) }
    }
}

/// SplitMix64: the same numbers from the same seed.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func one(in count: Int) -> Bool { below(count) == 0 }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
