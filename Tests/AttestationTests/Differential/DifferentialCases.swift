import Attestation
import Foundation

/// Makes cases from one seed: changed real evidence, and evidence of any content that is signed anew.
struct DifferentialCases {
    private var random: SeededGenerator
    private let real: [(quote: [UInt8], collateral: Collateral, now: Timestamp)]
    private let chain: SyntheticChain

    /// Nil where the vectors are missing.
    init?(seed: UInt64) throws {
        guard let chain = try SyntheticChain() else { return nil }
        self.chain = chain
        random = SeededGenerator(seed: seed)
        var real: [(quote: [UInt8], collateral: Collateral, now: Timestamp)] = []
        for item in try AgreementCase.realQuotes() {
            guard case .accepted = item.verdicts[.dcapQvl] else { continue }
            real.append((item.quote, item.collateral, item.now))
        }
        self.real = real
    }

    mutating func next() throws -> DifferentialCase {
        switch random.below(10) {
        case 0..<3: return changedQuote()
        case 3..<5: return changedCollateral()
        case 5: return otherTime()
        case 6..<8: return try signedDocuments()
        case 8: return try signedReports()
        default: return try signedDomain()
        }
    }

    private mutating func changedQuote() -> DifferentialCase {
        let base = real[random.below(real.count)]
        let (change, quote) = ByteMutation.change(base.quote, using: &random)
        return DifferentialCase(change: "quote: \(change)", quote: quote, collateral: base.collateral, now: base.now, root: nil)
    }

    private mutating func changedCollateral() -> DifferentialCase {
        let base = real[random.below(real.count)]
        let other = real[random.below(real.count)].collateral
        let (change, collateral) = CollateralMutation.change(base.collateral, other: other, using: &random)
        return DifferentialCase(change: change, quote: base.quote, collateral: collateral, now: base.now, root: nil)
    }

    private mutating func otherTime() -> DifferentialCase {
        let base = real[random.below(real.count)]
        let days = Int64(random.below(120) - 60)
        let now = base.now.adding(days: days)
        return DifferentialCase(change: "\(days) days later", quote: base.quote, collateral: base.collateral, now: now, root: nil)
    }

    private mutating func signedDocuments() throws -> DifferentialCase {
        let isInfo = random.below(2) == 0
        let document = isInfo ? chain.collateral.tcbInfo : chain.collateral.qeIdentity
        var (change, text) = DocumentMutation.change(document.text, using: &random)
        for _ in 0..<random.below(3) {
            let (more, next) = DocumentMutation.change(text, using: &random)
            change += ", \(more)"
            text = next
        }
        let signed = try chain.sign(text)
        let collateral = isInfo ? chain.collateral.with(tcbInfo: signed) : chain.collateral.with(qeIdentity: signed)
        return DifferentialCase(
            change: "signed \(isInfo ? "TCB Info" : "QE Identity"): \(change)", quote: chain.base.bytes, collateral: collateral,
            now: chain.now, root: chain.root)
    }

    private mutating func signedReports() throws -> DifferentialCase {
        var body = chain.base.body.bytes
        let offset = random.below(384)
        let bit = UInt8(1) << UInt8(random.below(8))
        let ofEnclave = random.below(2) == 0
        if !ofEnclave { body[offset] ^= bit }
        let version = [3, 3, 3, 4, 5][random.below(5)]
        let quote = try chain.quote(version: UInt16(version), body: body) { if ofEnclave { $0[offset] ^= bit } }
        return DifferentialCase(
            change: "signed \(ofEnclave ? "QE report" : "body") of version \(version): bit at \(offset)", quote: quote,
            collateral: chain.collateral, now: chain.now, root: chain.root)
    }

    private mutating func signedDomain() throws -> DifferentialCase {
        let statuses = [
            "UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded", "Revoked",
        ]
        func status() -> String { statuses[random.below(statuses.count)] }
        func version() -> [UInt8] { [UInt8(random.below(8)), UInt8([0, 1, 1, 1, 2][random.below(5)]), UInt8(random.below(5))] }
        let collateral = try chain.domainCollateral(
            levels: [([5, 0, 3], status()), ([3, 0, 2], status()), ([0, 0, 1], status())],
            module: [(5, ["UpToDate", "OutOfDate", "Revoked"][random.below(3)]), (2, ["OutOfDate", "UpToDate"][random.below(2)])])
        let isNew = random.below(3) > 0
        let launch = version()
        let current = isNew ? version() : nil
        var body = SyntheticChain.domainBody(launch: launch, current: current)
        if random.below(3) == 0 { body[112 + random.below(16)] ^= 1 << UInt8(random.below(8)) }
        let quote = try chain.quote(version: isNew || random.below(2) == 0 ? 5 : 4, body: body)
        return DifferentialCase(
            change: "signed domain: launched \(launch), current \(current ?? [])", quote: quote, collateral: collateral,
            now: chain.now,
            root: chain.root)
    }
}
