/// The PCK certificate with what came above it, read but not yet believed.
struct EmbeddedChain {
    let leaf: PlatformCertificate
    /// Nil where it may come from the collateral instead.
    private(set) var authority: PlatformCertificate?
    private(set) var root: PlatformCertificate?

    private static let part = CollateralPart.pckChain.rawValue
    private static let maximumCount = 4

    /// Takes the quote's own certificates or, where it only names its platform, `supplied`.
    init(
        _ certification: CertificationData, supplied: String?, options: VerificationOptions.EmbeddedChain
    ) throws(VerificationFailure) {
        switch certification {
        case .pckChain(let pem): try self.init(pem: pem, options)
        case .pckCertificate(let bytes):
            self.init(leaf: try Self.certificate(try Self.only(bytes)))
        case .plainPPID, .ppidEncryptedWithRSA2048, .ppidEncryptedWithRSA3072, .platformManifest:
            guard let supplied else { throw .missingPCKCertificate(of: certification) }
            try self.init(pem: Array(supplied.utf8), options)
        }
    }

    private init(leaf: PlatformCertificate) { self.leaf = leaf }

    private init(pem: [UInt8], _ options: VerificationOptions.EmbeddedChain) throws(VerificationFailure) {
        let blocks = try Self.blocks(pem, options == .exact ? .nothing : .anything)
        leaf = try Self.certificate(blocks[0])
        switch options {
        case .exact:
            guard blocks.count == 3 else {
                throw .chain(part: Self.part, problem: "\(blocks.count) certificates where leaf, PCK CA and root are expected")
            }
            authority = try Self.certificate(blocks[1])
            root = try Self.certificate(blocks[2])
        case .ignoreRoot:
            guard blocks.count > 1 else { throw .chain(part: Self.part, problem: "the chain has no PCK CA") }
            authority = try Self.certificate(blocks[1])
        case .complete:
            for block in blocks.dropFirst() {
                let certificate = try Self.certificate(block)
                if certificate.isSelfIssued { root = certificate } else { authority = certificate }
            }
        }
    }

    private static func blocks(_ pem: [UInt8], _ surroundings: PEM.Surroundings) throws(VerificationFailure) -> [[UInt8]] {
        let blocks: [[UInt8]]
        do { blocks = try PEM.certificates(pem, surroundings: surroundings) } catch { throw .certificate(part: part, error) }
        guard (1...maximumCount).contains(blocks.count) else {
            throw .chain(part: part, problem: "\(blocks.count) certificates where leaf, PCK CA and root are expected")
        }
        return blocks
    }

    /// The one certificate of certification data of type 4.
    private static func only(_ bytes: [UInt8]) throws(VerificationFailure) -> [UInt8] {
        guard bytes.first != DERTag.sequence else { return bytes }
        let blocks = try blocks(bytes, .nothing)
        guard blocks.count == 1 else {
            throw .chain(part: part, problem: "certification data of type 4 holds \(blocks.count) certificates")
        }
        return blocks[0]
    }

    private static func certificate(_ der: [UInt8]) throws(VerificationFailure) -> PlatformCertificate {
        do { return try PlatformCertificate(der: der) } catch { throw .certificate(part: part, error) }
    }
}
