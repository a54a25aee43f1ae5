import Attestation
import CollateralService
import Foundation
import Synchronization

/// The collateral of a software platform, as a service would deliver it, and a cache in a directory of its own.
final class ServiceFixture: Sendable {
    let folder: URL
    /// Of the software root's certificate.
    let fingerprint: [UInt8]
    let collateral: Collateral
    /// PEM.
    let pckCertificate: String
    let start = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    /// How far the stores' clock is beyond `start`, in seconds.
    let elapsed = Mutex<Int64>(0)
    /// They serve as long as the fixture is there.
    private let upstreams = Mutex<[UpstreamServer]>([])

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        let root = try SoftwareRoot(stateDirectory: folder.path, at: start)
        fingerprint = root.certificate.fingerprint
        collateral = try root.collateral(at: start)
        let chain = String(decoding: root.pckChain.dropLast(), as: UTF8.self)
        let end = "-----END CERTIFICATE-----\n"
        pckCertificate = String(chain[..<(chain.range(of: end)?.upperBound ?? chain.endIndex)])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var trusted: TrustedRoot { .simulation(fingerprint: fingerprint) }
    var cache: CollateralCache { CollateralCache(directory: folder.appendingPathComponent("cache").path) }
    static let fmspc = SoftwarePlatform.fmspc

    func store(_ client: CollateralClient?, maximumAge: Int64? = nil) -> CollateralStore {
        CollateralStore(root: trusted, cache: cache, client: client, maximumAge: maximumAge) { [self] in
            Timestamp(seconds: start.seconds + elapsed.withLock { $0 })
        }
    }

    func client(_ upstreams: UpstreamServer...) throws -> CollateralClient {
        self.upstreams.withLock { $0 += upstreams }
        return CollateralClient(endpoints: try upstreams.map { try CollateralEndpoint("http://127.0.0.1:\($0.port)") })
    }

    func wanted(_ store: CollateralStore) async throws -> Collateral {
        try await store.collateral(tee: .sgx, fmspc: Self.fmspc, authority: .platform)
    }

    static let tcbPath = "/sgx/certification/v4/tcb"
    static let identityPath = "/sgx/certification/v4/qe/identity"
    static let pckCRLPath = "/sgx/certification/v4/pckcrl"
    static let rootCRLPath = "/sgx/certification/v4/rootcacrl"

    /// The answers of a cache that knows this platform.
    var answers: [String: UpstreamServer.Answer] {
        [
            "\(Self.tcbPath)?fmspc=\(Hex.text(Self.fmspc))": .init(
                headers: ["TCB-Info-Issuer-Chain": Self.encoded(collateral.tcbInfoIssuerChain)],
                body: collateral.tcbInfo.envelope(member: "tcbInfo")),
            Self.identityPath: .init(
                headers: ["SGX-Enclave-Identity-Issuer-Chain": Self.encoded(collateral.qeIdentityIssuerChain)],
                body: collateral.qeIdentity.envelope(member: "enclaveIdentity")),
            "\(Self.pckCRLPath)?ca=platform&encoding=der": .init(
                headers: ["SGX-PCK-CRL-Issuer-Chain": Self.encoded(collateral.pckCRLIssuerChain)], body: collateral.pckCRL),
            Self.rootCRLPath: .init(body: Array(Hex.text(collateral.rootCRL).utf8)),
        ]
    }

    static func encoded(_ pem: String) -> String {
        pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
