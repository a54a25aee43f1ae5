import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("Forms of collateral and certification data")
struct CollateralFormTests {
    private func status(_ chain: SyntheticChain, _ collateral: Collateral, _ quote: [UInt8]? = nil) throws -> TCBStatus {
        try Verifier(roots: chain.roots).verify(quote: quote ?? chain.base.bytes, collateral: collateral, at: chain.now).status
    }

    private func percent(_ pem: String) -> String {
        pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    @Test("revocation lists come as DER, as PEM, and as hexadecimal text")
    func revocationLists() throws {
        guard let chain = try SyntheticChain() else { return }
        let der = chain.collateral.pckCRL
        let base64 = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let pem = "-----BEGIN X509 CRL-----\n\(base64)\n-----END X509 CRL-----\n"
        for form in [der, Array(Hex.text(der).utf8), Array(Hex.text(der).uppercased().utf8) + [0x0a], Array(pem.utf8)] {
            #expect(try status(chain, chain.collateral.with(pckCRL: form)) == .upToDate)
            #expect(try RevocationList(parsing: form).issuerName == "Intel SGX PCK Platform CA")
        }
        #expect(throws: CertificateError.self) { try RevocationList(parsing: Array((pem + pem).utf8)) }
    }

    @Test("issuer chains come as PEM and percent-encoded, as HTTP headers have them")
    func percentEncodedChains() throws {
        guard let chain = try SyntheticChain() else { return }
        let base = chain.collateral
        let encoded = base.with(
            pckCRLIssuerChain: percent(base.pckCRLIssuerChain), tcbInfoIssuerChain: percent(base.tcbInfoIssuerChain),
            qeIdentityIssuerChain: percent(base.qeIdentityIssuerChain))
        #expect(encoded != base)
        #expect(try status(chain, encoded) == .upToDate)
    }

    @Test("a bundle is the same collateral with its format in front, and a newer one is refused by name")
    func bundles() throws {
        guard let chain = try SyntheticChain() else { return }
        let bundle = chain.collateral.bundle
        #expect(bundle.hasPrefix("{\"format\":\"inclavare-collateral\",\"version\":1,\"minimum_reader\":1,"))
        #expect(try Collateral(json: Array(bundle.utf8)) == chain.collateral)
        #expect(try Collateral(json: Array(chain.collateral.json.utf8)) == chain.collateral)
        let newer = bundle.replacing("\"minimum_reader\":1", with: "\"minimum_reader\":2")
        #expect(throws: CollateralError.unsupported(part: "collateral", field: "minimum_reader", value: "2")) {
            try Collateral(json: Array(newer.utf8))
        }
    }

    @Test("an identity of a quoting enclave in another version than 2 is refused, of SGX and of TDX alike")
    func identityVersion() throws {
        guard let chain = try SyntheticChain() else { return }
        let domain = try chain.domainCollateral()
        let quote = try chain.quote(version: 4, body: SyntheticChain.domainBody(launch: [3, 0, 3]))
        #expect(try status(chain, domain, quote) == .upToDate)
        for (collateral, quote) in [(chain.collateral, chain.base.bytes), (domain, quote)] {
            let text = collateral.qeIdentity.text.replacing("\"version\":2", with: "\"version\":3")
            let newer = collateral.with(qeIdentity: try chain.sign(text))
            #expect(
                throws: VerificationFailure.collateral(.unsupported(part: "QE Identity", field: "version", value: "3"))
            ) { try status(chain, newer, quote) }
        }
    }

    @Test("a quote that only names its platform is judged with a supplied PCK chain, and not without")
    func suppliedChain() throws {
        guard let chain = try SyntheticChain() else { return }
        let pem = String(decoding: chain.base.signatureData.certification.bytes.filter { $0 != 0 }, as: UTF8.self)
        let sizes: [(type: UInt16, count: Int)] = [(1, 34), (1, 36), (2, 276), (3, 404), (7, 100)]
        for (type, count) in sizes {
            let quote = try chain.quote(certification: (type, [UInt8](repeating: 7, count: count)))
            let missing = Result { () throws(VerificationFailure) in
                try Verifier(roots: chain.roots).verify(quote: quote, collateral: chain.collateral, at: chain.now)
            }
            guard case .failure(.missingPCKCertificate) = missing else {
                Issue.record("type \(type): \(missing)")
                continue
            }
            #expect(try status(chain, chain.collateral.with(pckCertificateChain: pem), quote) == .upToDate)
        }
    }

    @Test("certification data of type 4 hold one certificate, in PEM or DER")
    func singleCertificate() throws {
        guard let chain = try SyntheticChain() else { return }
        let pem = chain.base.signatureData.certification.bytes
        let leaf = try #require(try PlatformCertificate.chain(pem: pem).first)
        let base64 = Data(leaf.der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let text = "-----BEGIN CERTIFICATE-----\n\(base64)\n-----END CERTIFICATE-----\n"
        for data in [leaf.der, Array(text.utf8)] {
            #expect(try status(chain, chain.collateral, try chain.quote(certification: (4, data))) == .upToDate)
        }
        #expect(throws: VerificationFailure.self) {
            try status(chain, chain.collateral, try chain.quote(certification: (4, pem)))
        }
    }

    @Test("Intel's recorded identities of every enclave and TCB Infos of both kinds are read")
    func recordedDocuments() throws {
        guard Vectors.directory != nil else { return }
        func text(_ file: String, _ key: String, _ member: String) throws -> String {
            let recorded = try #require(try Vectors.json("pcs-responses/\(file)") as? [String: Any])
            return try SignedDocument(envelope: Array(try #require(recorded[key] as? String).utf8), member: member).text
        }
        let kinds: [(String, QEIdentity.Kind)] = [
            ("sgx_qe_identity.json", .quotingEnclave), ("tdx_qe_identity.json", .domainQuotingEnclave),
            ("sgx_qve_identity.json", .verificationEnclave), ("sgx_qae_identity.json", .appraisalEnclave),
        ]
        for (file, kind) in kinds {
            #expect(try QEIdentity(parsing: text(file, "enclave_identity_json", "enclaveIdentity")).kind == kind, "\(file)")
        }
        let domain = try TCBInfo(parsing: text("tdx_tcb_info.json", "tcb_info_json", "tcbInfo"))
        #expect(domain.kind == .tdx && domain.versionedModules.count > 1 && domain.module?.id == nil)
    }

    @Test("collateral that is verified once judges every quote as collateral that is verified each time, at any moment")
    func keptCollateral() throws {
        guard let chain = try SyntheticChain() else { return }
        let kept = try VerifiedCollateral(verifying: chain.collateral, roots: chain.roots)
        let platform = try kept.platform(of: chain.base)
        let verifier = Verifier(roots: chain.roots)
        for days in [-40, -1, 0, 1, 10, 40, 4_000] {
            let now = chain.now.adding(days: Int64(days))
            let anew = Result { () throws(VerificationFailure) in
                try verifier.verify(quote: chain.base, collateral: chain.collateral, at: now)
            }
            #expect(Result { () throws(VerificationFailure) in try kept.verify(chain.base, at: now) } == anew)
            #expect(Result { () throws(VerificationFailure) in try kept.verify(chain.base, on: platform, at: now) } == anew)
        }
        let changed = try Quote(parsing: try chain.quote { $0[258] = 3 })
        #expect(throws: VerificationFailure.self) { try kept.verify(changed, on: platform, at: chain.now) }
    }

    @Test("every date is in the result, and the first end among them is the verdict's")
    func dates() throws {
        guard let chain = try SyntheticChain() else { return }
        let quote = try Verifier(roots: chain.roots).verify(quote: chain.base, collateral: chain.collateral, at: chain.now)
        #expect(Set(quote.dates.validities.keys) == Set(CollateralPart.allCases))
        let end = quote.dates.earliestExpiry
        var late = VerificationOptions.strict
        late.expiredCollateral = .report
        let after = Timestamp(seconds: end.seconds + 1)
        #expect(throws: Never.self) {
            try Verifier(roots: chain.roots).verify(quote: chain.base, collateral: chain.collateral, at: end)
        }
        #expect(throws: VerificationFailure.self) {
            try Verifier(roots: chain.roots).verify(quote: chain.base, collateral: chain.collateral, at: after)
        }
        let reported = try Verifier(roots: chain.roots, options: late)
            .verify(quote: chain.base, collateral: chain.collateral, at: after)
        #expect(reported.flags.contains(.expiredCollateral) && !reported.expiredParts.isEmpty)
    }
}
