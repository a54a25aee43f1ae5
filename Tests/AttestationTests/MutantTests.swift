import Attestation
import Foundation
import Testing

@Suite("Changed quotes and collateral")
struct MutantTests {
    static let folder = "quotes/sgx-v3-00a067110000-f8b81014"

    @Test("are refused, but for the second valid form of an ECDSA signature")
    func quotes() throws {
        guard let file = try Vectors.json("\(Self.folder)/mutants/mutants.json") as? [String: Any] else { return }
        let collateral = try Vectors.collateral("\(Self.folder)/\(try #require(file["collateral"] as? String))")
        let now = Timestamp(seconds: try #require(file["now"] as? Int64))
        let base = try Vectors.bytes("\(Self.folder)/quote.bin")
        #expect(throws: Never.self) { try Verifier().verify(quote: base, collateral: collateral, at: now) }
        for mutant in file["quote_mutants"] as? [[String: Any]] ?? [] {
            let name = try #require(mutant["name"] as? String)
            let changed = try Self.apply(mutant, to: base)
            let ours = Result { try Verifier().verify(quote: changed, collateral: collateral, at: now) }
            let accepted = (try? ours.get()) != nil
            #expect(accepted == (name == "sig.s_negated(malleable)"), "\(name): \(ours)")
        }
    }

    static func apply(_ mutant: [String: Any], to base: [UInt8]) throws -> [UInt8] {
        var bytes = base
        let offset = mutant["offset"] as? Int ?? 0
        let text = Hex.bytes(mutant["hex"] as? String ?? "") ?? []
        switch mutant["op"] as? String {
        case "xor": bytes[offset] ^= UInt8(try #require(mutant["mask"] as? Int))
        case "truncate": bytes = Array(bytes.prefix(try #require(mutant["length"] as? Int)))
        case "append": bytes += text
        case "append_repeat": for _ in 0..<(try #require(mutant["count"] as? Int)) { bytes += text }
        case "zero": for index in 0..<(try #require(mutant["length"] as? Int)) { bytes[offset + index] = 0 }
        case "replace": bytes.replaceSubrange(offset..<offset + text.count, with: text)
        case let other: Issue.record("unknown operation \(other ?? "none")")
        }
        return bytes
    }

    @Test("in the collateral are refused, each naming what is wrong")
    func collateral() throws {
        guard Vectors.directory != nil else { return }
        let quote = try Vectors.bytes("\(Self.folder)/quote.bin")
        let original = String(decoding: try Vectors.bytes("\(Self.folder)/collateral-2.json"), as: UTF8.self)
        let good = try Collateral(json: Array(original.utf8))
        let now = Timestamp(seconds: 1_750_334_171)
        let changes: [(String, Collateral)] = [
            ("TCB Info", good.with(tcbInfo: SignedDocument(text: good.tcbInfo.text + " ", signature: good.tcbInfo.signature))),
            (
                "TCB Info",
                good.with(
                    tcbInfo: SignedDocument(
                        text: good.tcbInfo.text.replacing("OutOfDate", with: "UpToDate"), signature: good.tcbInfo.signature))
            ),
            (
                "TCB Info",
                good.with(tcbInfo: SignedDocument(text: good.tcbInfo.text, signature: good.tcbInfo.signature.dropLast() + [0]))
            ),
            (
                "QE Identity",
                good.with(
                    qeIdentity: SignedDocument(
                        text: good.qeIdentity.text.replacing("\"isvprodid\":1", with: "\"isvprodid\":2"),
                        signature: good.qeIdentity.signature))
            ),
            ("PCK CRL", good.with(pckCRL: good.rootCRL)), ("root CA CRL", good.with(rootCRL: good.pckCRL)),
            ("PCK CRL", good.with(pckCRL: [])),
            ("root CA CRL", good.with(rootCRL: good.rootCRL.dropLast() + [good.rootCRL.last.map { $0 ^ 1 } ?? 0])),
            ("TCB Info issuer chain", good.with(tcbInfoIssuerChain: good.pckCRLIssuerChain)),
            ("QE Identity issuer chain", good.with(qeIdentityIssuerChain: "")),
        ]
        for (part, changed) in changes {
            let ours = Result { () throws(VerificationFailure) in
                try Verifier().verify(quote: quote, collateral: changed, at: now)
            }
            guard case .failure(let failure) = ours else {
                Issue.record("\(part) was accepted")
                continue
            }
            #expect(failure.description.contains(part), "\(failure)")
        }
        for (moment, kind) in [(Int64(0), "before"), (4_102_444_800, "after")] {
            let ours = Result { () throws(VerificationFailure) in
                try Verifier().verify(quote: quote, collateral: good, at: Timestamp(seconds: moment))
            }
            guard case .failure(let failure) = ours else {
                Issue.record("accepted \(kind) its time")
                continue
            }
            #expect(failure.kind == .staleCollateral)
        }
    }
}

extension Collateral {
    /// The same with one part exchanged.
    func with(
        pckCRLIssuerChain: String? = nil, rootCRL: [UInt8]? = nil, pckCRL: [UInt8]? = nil, tcbInfoIssuerChain: String? = nil,
        tcbInfo: SignedDocument? = nil, qeIdentityIssuerChain: String? = nil, qeIdentity: SignedDocument? = nil
    ) -> Collateral {
        Collateral(
            pckCRLIssuerChain: pckCRLIssuerChain ?? self.pckCRLIssuerChain, rootCRL: rootCRL ?? self.rootCRL,
            pckCRL: pckCRL ?? self.pckCRL, tcbInfoIssuerChain: tcbInfoIssuerChain ?? self.tcbInfoIssuerChain,
            tcbInfo: tcbInfo ?? self.tcbInfo, qeIdentityIssuerChain: qeIdentityIssuerChain ?? self.qeIdentityIssuerChain,
            qeIdentity: qeIdentity ?? self.qeIdentity)
    }
}
