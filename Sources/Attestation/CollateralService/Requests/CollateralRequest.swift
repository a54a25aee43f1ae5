import Attestation
import Crypto

/// One signed thing that a collateral service is asked for.
public enum CollateralRequest: Hashable, Sendable {
    case rootCRL
    case pckCRL(PCKAuthority)
    case tcbInfo(TEE, fmspc: [UInt8], TCBUpdate)
    case identity(EnclaveIdentityKind, TCBUpdate)
    case evaluationNumbers(TEE)
    case pckCertificate(PCKCertificateQuery)

    /// What it is, in errors.
    public var name: String {
        switch self {
        case .rootCRL: "root CA CRL"
        case .pckCRL(let authority): "PCK CRL of the \(authority.rawValue) CA"
        case .tcbInfo(let tee, let fmspc, let update):
            "\(tee.rawValue.uppercased()) TCB Info of FMSPC \(Hex.text(fmspc)) (\(update.name))"
        case .identity(let kind, let update): "\(kind.rawValue) identity (\(update.name))"
        case .evaluationNumbers(let tee): "\(tee.rawValue.uppercased()) evaluation data numbers"
        case .pckCertificate: "PCK certificate"
        }
    }

    /// Names it in a cache: lower-case letters, digits and hyphens, different for different requests.
    var key: String {
        switch self {
        case .rootCRL: "root-crl"
        case .pckCRL(let authority): "pck-crl-\(authority.rawValue)"
        case .tcbInfo(let tee, let fmspc, let update): "\(tee.rawValue)-tcb-\(Hex.text(fmspc))-\(update.name)"
        case .identity(let kind, let update):
            "\(kind.rawValue.lowercased().replacing("_", with: "-"))-identity-\(update.name)"
        case .evaluationNumbers(let tee): "\(tee.rawValue)-evaluation-numbers"
        case .pckCertificate(let query):
            "pck-"
                + Hex.text(SHA256.hash(data: Array(query.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "&").utf8)))
        }
    }

    var tee: TEE {
        switch self {
        case .tcbInfo(let tee, _, _), .evaluationNumbers(let tee): tee
        case .identity(let kind, _): kind.tee
        case .rootCRL, .pckCRL, .pckCertificate: .sgx
        }
    }

    /// The path below `/sgx/certification/v4/`; the root's list is only there at caches.
    var path: String {
        switch self {
        case .rootCRL: "rootcacrl"
        case .pckCRL: "pckcrl"
        case .tcbInfo: "tcb"
        case .identity(let kind, _): kind.path
        case .evaluationNumbers: "tcbevaluationdatanumbers"
        case .pckCertificate: "pckcert"
        }
    }

    var parameters: [(name: String, value: String)] {
        switch self {
        case .rootCRL, .evaluationNumbers: []
        case .pckCRL(let authority): [("ca", authority.rawValue), ("encoding", "der")]
        case .tcbInfo(_, let fmspc, let update): [("fmspc", Hex.text(fmspc))] + update.parameters
        case .identity(_, let update): update.parameters
        case .pckCertificate(let query): query.parameters
        }
    }

    var update: TCBUpdate {
        switch self {
        case .tcbInfo(_, _, let update), .identity(_, let update): update
        case .rootCRL, .pckCRL, .evaluationNumbers, .pckCertificate: .standard
        }
    }

    /// The headers in which services send the signer's chain; the older interface has another name for one of them.
    var issuerChainHeaders: [String] {
        switch self {
        case .rootCRL: []
        case .pckCRL: ["SGX-PCK-CRL-Issuer-Chain"]
        case .tcbInfo: ["TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain"]
        case .identity: ["SGX-Enclave-Identity-Issuer-Chain"]
        case .evaluationNumbers: ["TCB-Evaluation-Data-Numbers-Issuer-Chain"]
        case .pckCertificate: ["SGX-PCK-Certificate-Issuer-Chain"]
        }
    }

    var kind: CollateralItem.Kind {
        switch self {
        case .rootCRL: .rootCRL
        case .pckCRL: .pckCRL
        case .tcbInfo: .document(member: "tcbInfo")
        case .identity: .document(member: "enclaveIdentity")
        case .evaluationNumbers: .document(member: "tcbEvaluationDataNumbers")
        case .pckCertificate: .pckCertificate
        }
    }
}
