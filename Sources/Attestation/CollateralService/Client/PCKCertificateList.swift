import Attestation

/// All PCK certificates that Intel issued for one platform, one for each TCB level; nobody checked them yet.
struct PCKCertificateList: Sendable {
    struct Entry: Sendable {
        let pem: String
        let facts: PCKExtension
    }

    /// Why an answer is no such list.
    struct Problem: Error {
        let why: String
    }

    private static let longest = 256
    private static let notAvailable = "Not available"

    let entries: [Entry]
    let issuerChain: String

    /// Reads `[{"tcb": …, "tcbm": …, "cert": URL-encoded PEM}]`; what stands beside a certificate is in it, too, and signed.
    init(json: [UInt8], issuerChain: String) throws(Problem) {
        guard case .array(let list)? = try? JSONReader.parse(json), list.count <= Self.longest else {
            throw Problem(why: "it is no JSON list of at most \(Self.longest) certificates")
        }
        var entries: [Entry] = []
        for item in list {
            guard let text = item["cert"]?.string else { throw Problem(why: "a member of the list has no cert") }
            if text != Self.notAvailable { entries.append(try Self.entry(text)) }
        }
        guard let first = entries.first?.facts else { throw Problem(why: "no certificate was issued for this platform") }
        let isOne = entries.allSatisfy { ($0.facts.ppid, $0.facts.fmspc, $0.facts.pceID) == (first.ppid, first.fmspc, first.pceID) }
        guard isOne else { throw Problem(why: "its certificates are of several platforms") }
        self.entries = entries
        self.issuerChain = issuerChain
    }

    private static func entry(_ encoded: String) throws(Problem) -> Entry {
        guard let pem = PercentEncoding.decoded(encoded), let chain = try? PlatformCertificate.chain(pem: Array(pem.utf8)),
            chain.count == 1, let facts = try? PCKExtension(certificate: chain[0])
        else { throw Problem(why: "a certificate in it is not URL-encoded PEM with an SGX extension") }
        return Entry(pem: chain[0].pem, facts: facts)
    }

    /// The one for a platform at these versions: it asks for no more than the platform has, and of those it stands highest.
    ///
    /// The levels of the TCB Info say what is higher, since versions alone have no order; within a level it is the greater versions.
    func best(cpuSVN: [UInt8], pceSVN: UInt16, in info: TCBInfo) -> Entry? {
        let reached = entries.filter { entry in
            entry.facts.pceSVN <= pceSVN && zip(entry.facts.components, cpuSVN).allSatisfy { $0 <= $1 }
        }
        return reached.min { left, right in
            let levels = (Self.level(left.facts, info), Self.level(right.facts, info))
            guard levels.0 == levels.1 else { return levels.0 < levels.1 }
            guard left.facts.components == right.facts.components else {
                return right.facts.components.lexicographicallyPrecedes(left.facts.components)
            }
            return left.facts.pceSVN > right.facts.pceSVN
        }
    }

    /// The number of the first level that the certificate reaches; beyond the last when it reaches none.
    private static func level(_ facts: PCKExtension, _ info: TCBInfo) -> Int {
        info.levels.firstIndex { level in
            facts.pceSVN >= level.pceSVN && zip(facts.components, level.components).allSatisfy { $0 >= $1.version }
        } ?? info.levels.count
    }
}
