import ArgumentParser
import Attestation
import CollateralService
import FoundationEssentials

/// Where collateral is cached, whom to ask for it, and under which root it must be.
struct CollateralOptions: ParsableArguments {
    @Option(help: "The cache's directory; default: $INCLAVARE_STATE/collateral.")
    var cache: String?

    @Option(
        help: """
            A service to ask, in this order when there are several: intel, intel-v3, or the address of a cache such as \
            https://localhost:8081/sgx/certification/v4/. Default: intel.
            """)
    var service: [String] = []

    @Option(help: "PEM file of the one TLS certificate, or its authority, that services other than Intel's have.")
    var serviceCertificate: String?

    @Option(
        help: """
            SHA-256 of the one TLS certificate that services other than Intel's have, or that signed theirs; for one that signed itself.
            """)
    var serviceFingerprint: String?

    @Option(help: "File with the subscription key for PCK certificates of Intel's service.")
    var keyFile: String?

    @Option(help: "Ask again for what was fetched more days ago than this, though it is still valid.")
    var maximumAgeDays: Int?

    @Option(help: "The root that must have signed: intel, or the SHA-256 of a software root. Default: intel.")
    var root = "intel"

    func trustedRoot() throws -> TrustedRoot {
        if root == "intel" { return .intel }
        return .simulation(fingerprint: try VerifyInput.hex(root, "--root", 32...32))
    }

    func store(root: TrustedRoot, client: CollateralClient?) throws -> CollateralStore {
        let age = maximumAgeDays.map { Int64($0) * 86_400 }
        return CollateralStore(root: root, cache: CollateralCache(directory: directory), client: client, maximumAge: age) {
            Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        }
    }

    var directory: String {
        let state = ProcessInfo.processInfo.environment["INCLAVARE_STATE"] ?? "/var/lib/inclavare"
        return cache ?? "\(state)/collateral"
    }

    /// A mistake in an address or a file is wrong usage.
    func client() throws -> CollateralClient {
        do {
            let names = service.isEmpty ? ["intel"] : service
            let ownTrust = try serviceTrust()
            let key = try keyFile.map { (path) throws(CollateralServiceError) in try SubscriptionKey(path: path) }
            return CollateralClient(
                endpoints: try names.map { name in
                    let isIntel = name == "intel" || name == "intel-v3"
                    return try CollateralEndpoint(
                        name, trust: isIntel ? .system : ownTrust, key: isIntel || names.count == 1 ? key : nil)
                })
        } catch let error as CollateralServiceError {
            throw ValidationError(error.description)
        }
    }

    private func serviceTrust() throws -> CollateralEndpoint.Trust {
        switch (serviceCertificate, serviceFingerprint) {
        case (nil, nil): return .system
        case (let path?, nil): return .certificates(path: path)
        case (nil, let text?):
            // Tools print it with colons.
            return .fingerprint(try VerifyInput.hex(text.filter { $0 != ":" }, "--service-fingerprint", 32...32))
        case (_?, _?): throw ValidationError("--service-certificate and --service-fingerprint exclude each other")
        }
    }
}
