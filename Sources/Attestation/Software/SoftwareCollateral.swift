import Crypto

/// Makes the collateral of the software platform: one current level, one current quoting enclave, nothing revoked.
enum SoftwareCollateral {
    static let lifetimeDays: Int64 = 30

    static func make(_ root: SoftwareRoot, at now: Timestamp) throws(SoftwareStateError) -> Collateral {
        let until = now.adding(days: lifetimeDays)
        let rootPEM = PEM.text(root.root.certificate.der)
        let signerChain = PEM.text(root.tcbSigner.certificate.der) + rootPEM
        return Collateral(
            pckCRLIssuerChain: PEM.text(root.platformAuthority.certificate.der) + rootPEM,
            rootCRL: try SoftwareRevocationList.der(issuer: root.root, from: now, until: until),
            pckCRL: try SoftwareRevocationList.der(issuer: root.platformAuthority, from: now, until: until),
            tcbInfoIssuerChain: signerChain,
            tcbInfo: try sign(tcbInfo(from: now, until: until), by: root.tcbSigner.key),
            qeIdentityIssuerChain: signerChain,
            qeIdentity: try sign(qeIdentity(from: now, until: until), by: root.tcbSigner.key))
    }

    private static func tcbInfo(from: Timestamp, until: Timestamp) -> String {
        let components = SoftwarePlatform.components.map { JSONText.object([("svn", String($0))]) }
        let tcb = JSONText.object([
            ("sgxtcbcomponents", JSONText.array(components)), ("pcesvn", String(SoftwarePlatform.pceSVN)),
        ])
        return JSONText.object([
            ("id", JSONText.string("SGX")), ("version", "3"), ("issueDate", JSONText.string(from.iso8601)),
            ("nextUpdate", JSONText.string(until.iso8601)), ("fmspc", JSONText.string(Hex.text(SoftwarePlatform.fmspc))),
            ("pceId", JSONText.string(Hex.text(SoftwarePlatform.pceID))), ("tcbType", "0"),
            ("tcbEvaluationDataNumber", String(SoftwarePlatform.evaluationNumber)),
            ("tcbLevels", JSONText.array([level(tcb, from)])),
        ])
    }

    private static func qeIdentity(from: Timestamp, until: Timestamp) -> String {
        let attributes =
            SoftwarePlatform.quotingEnclaveFlags.littleEndianBytes + [UInt8](repeating: 0, count: 8)
        let flagsMask = [UInt8](repeating: 0xff, count: 8) + [UInt8](repeating: 0, count: 8)
        let tcb = JSONText.object([("isvsvn", String(SoftwarePlatform.quotingEnclaveSVN))])
        return JSONText.object([
            ("id", JSONText.string("QE")), ("version", "2"), ("issueDate", JSONText.string(from.iso8601)),
            ("nextUpdate", JSONText.string(until.iso8601)),
            ("tcbEvaluationDataNumber", String(SoftwarePlatform.evaluationNumber)),
            ("miscselect", JSONText.string("00000000")), ("miscselectMask", JSONText.string("ffffffff")),
            ("attributes", JSONText.string(Hex.text(attributes))), ("attributesMask", JSONText.string(Hex.text(flagsMask))),
            ("mrsigner", JSONText.string(Hex.text(SoftwarePlatform.quotingEnclaveSigner))),
            ("isvprodid", String(SoftwarePlatform.quotingEnclaveProductID)),
            ("tcbLevels", JSONText.array([level(tcb, from)])),
        ])
    }

    private static func level(_ tcb: String, _ date: Timestamp) -> String {
        JSONText.object([
            ("tcb", tcb), ("tcbDate", JSONText.string(date.iso8601)),
            ("tcbStatus", JSONText.string(TCBStatus.upToDate.rawValue)),
        ])
    }

    private static func sign(_ text: String, by key: P256.Signing.PrivateKey) throws(SoftwareStateError) -> SignedDocument {
        do {
            let signature = try key.signature(for: Array(text.utf8)).rawRepresentation
            return SignedDocument(text: text, signature: Array(signature))
        } catch {
            throw .cryptography("sign collateral: \(error)")
        }
    }
}
