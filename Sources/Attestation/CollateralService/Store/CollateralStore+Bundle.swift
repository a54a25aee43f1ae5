public import Attestation

extension CollateralStore {
    /// Everything that a verdict over quotes of this platform rests on.
    public func collateral(
        tee: TEE, fmspc: [UInt8], authority: PCKAuthority, update: TCBUpdate = .standard
    ) async throws(CollateralServiceError) -> Collateral {
        let kind: EnclaveIdentityKind = tee == .sgx ? .quotingEnclave : .tdQuotingEnclave
        let tcbInfo = try await item(.tcbInfo(tee, fmspc: fmspc, update))
        let identity = try await item(.identity(kind, update))
        let pckCRL = try await item(.pckCRL(authority))
        let rootCRL = try await item(.rootCRL)
        return Collateral(
            pckCRLIssuerChain: pckCRL.item.issuerChain, rootCRL: rootCRL.item.content, pckCRL: pckCRL.item.content,
            tcbInfoIssuerChain: tcbInfo.item.issuerChain, tcbInfo: try Self.signed(tcbInfo.item, "tcbInfo"),
            qeIdentityIssuerChain: identity.item.issuerChain, qeIdentity: try Self.signed(identity.item, "enclaveIdentity"))
    }

    /// The collateral for quotes of the platform that made `quote`.
    public func collateral(for platform: PlatformIdentity, update: TCBUpdate = .standard) async throws(CollateralServiceError)
        -> Collateral
    {
        guard let authority = PCKAuthority(issuerName: platform.issuerName) else {
            throw .badAnswer(
                what: "PCK certificate", endpoint: "the quote",
                why: "its issuer \"\(platform.issuerName)\" is no PCK CA that services know")
        }
        return try await collateral(tee: platform.isTDX ? .tdx : .sgx, fmspc: platform.fmspc, authority: authority, update: update)
    }

    /// The collateral for quotes of this platform, with its PCK certificate where they carry none.
    public func collateral(
        for subject: CollateralSubject, update: TCBUpdate = .standard
    ) async throws(CollateralServiceError) -> Collateral {
        switch subject {
        case .known(let platform): return try await collateral(for: platform, update: update)
        case .referenced(let query, let isTDX):
            let certificate = try await item(.pckCertificate(query)).item
            let chain = String(decoding: certificate.content, as: UTF8.self) + certificate.issuerChain
            let platform: PlatformIdentity
            do { platform = try PlatformIdentity(chain: chain, isTDX: isTDX) } catch {
                throw .unverified(what: "PCK certificate", endpoint: "the service", error)
            }
            return try await collateral(for: platform, update: update).supplying(pckCertificateChain: chain)
        }
    }

    /// Checks every piece of a bundle and caches it; when one is not believed, nothing is cached.
    public func add(_ bundle: Collateral) throws(CollateralServiceError) -> [VerifiedItem] {
        let pieces = try Self.pieces(of: bundle, root: root)
        var checked: [VerifiedItem] = []
        for (request, item) in pieces {
            checked.append(try check(item, as: request, from: "the bundle", rootCRL: bundle.rootCRL, at: clock()))
        }
        for item in checked { try keep(item) }
        return checked
    }

    private static func pieces(
        of bundle: Collateral, root: TrustedRoot
    ) throws(CollateralServiceError) -> [(CollateralRequest, CollateralItem)] {
        let tcbInfo = bundle.tcbInfo.envelope(member: "tcbInfo")
        let identity = bundle.qeIdentity.envelope(member: "enclaveIdentity")
        let (tee, fmspc) = try subject(of: tcbInfo)
        func item(_ kind: CollateralItem.Kind, _ content: [UInt8], _ chain: String) -> CollateralItem {
            CollateralItem(kind: kind, content: content, issuerChain: chain)
        }
        return [
            (.rootCRL, item(.rootCRL, try der(bundle.rootCRL, "root CA CRL"), try rootPEM(bundle, root))),
            (.pckCRL(try authority(bundle)), item(.pckCRL, try der(bundle.pckCRL, "PCK CRL"), bundle.pckCRLIssuerChain)),
            (
                .tcbInfo(tee, fmspc: fmspc, .standard),
                item(.document(member: "tcbInfo"), tcbInfo, bundle.tcbInfoIssuerChain)
            ),
            (
                .identity(tee == .sgx ? .quotingEnclave : .tdQuotingEnclave, .standard),
                item(.document(member: "enclaveIdentity"), identity, bundle.qeIdentityIssuerChain)
            ),
        ]
    }

    private static func subject(of tcbInfo: [UInt8]) throws(CollateralServiceError) -> (TEE, fmspc: [UInt8]) {
        let info = (try? JSONReader.parse(tcbInfo))?["tcbInfo"]
        guard let fmspc = info?["fmspc"]?.string.flatMap(Hex.bytes) else {
            throw .badAnswer(what: "TCB Info", endpoint: "the bundle", why: "it names no FMSPC")
        }
        return (info?["id"]?.string == "TDX" ? .tdx : .sgx, fmspc)
    }

    private static func authority(_ bundle: Collateral) throws(CollateralServiceError) -> PCKAuthority {
        let issuer = try? PlatformCertificate.chain(pem: Array(bundle.pckCRLIssuerChain.utf8)).first
        guard let authority = issuer.flatMap({ PCKAuthority(issuerName: $0.name) }) else {
            throw .badAnswer(what: "PCK CRL", endpoint: "the bundle", why: "its issuer chain does not begin with a PCK CA")
        }
        return authority
    }

    private static func rootPEM(_ bundle: Collateral, _ root: TrustedRoot) throws(CollateralServiceError) -> String {
        do {
            return try ItemVerifier(root: root).rootCertificate(of: bundle.tcbInfoIssuerChain).pem
        } catch {
            throw .unverified(what: "TCB Info", endpoint: "the bundle", error)
        }
    }

    private static func der(_ list: [UInt8], _ what: String) throws(CollateralServiceError) -> [UInt8] {
        guard let der = RevocationListText.der(list) else {
            throw .badAnswer(what: what, endpoint: "the bundle", why: "it is neither DER nor hexadecimal nor PEM")
        }
        return der
    }

    private static func signed(_ item: CollateralItem, _ member: String) throws(CollateralServiceError) -> SignedDocument {
        do {
            return try SignedDocument(envelope: item.content, member: member)
        } catch {
            throw .badAnswer(what: member, endpoint: "the cache", why: error.description)
        }
    }
}
