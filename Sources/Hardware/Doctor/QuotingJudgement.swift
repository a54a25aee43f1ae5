/// Who makes quotes.
struct QuotingJudgement {
    private static let path = HostFacts.aesmPath

    private(set) var findings: [Finding] = []
    private(set) var verdict: Verdict?

    init(_ facts: HostFacts) {
        let path = Self.path
        switch facts.aesm {
        case .listening: judge(facts.quotes)
        case .dead: refuse("\(path) is there and nobody listens", "start it: systemctl start aesmd")
        case .forbidden: refuse("this user may not connect to \(path)", "chmod 777 /var/run/aesmd, or add the user to its group")
        case .absent:
            refuse(
                "no aesmd at \(path): quotes of hardware enclaves cannot be made",
                "install Intel's sgx-aesm-service with its ECDSA plugin; in a container mount /var/run/aesmd")
        }
        judgeSimulation(facts.quotes)
    }

    private mutating func judge(_ maker: QuoteMaker?) {
        switch maker {
        case .intel: findings.append(Finding("quoting.aesm", .good, "aesmd answers at \(Self.path)"))
        case .simulated:
            refuse(
                "\(Self.path) is that of inclavare quoted, whose quotes are SIMULATED",
                "for hardware stop it, and start aesmd: systemctl start aesmd")
        case .unknown, nil:
            refuse("what listens at \(Self.path) does not say whose quotes it makes", "start it again: systemctl restart aesmd")
        }
    }

    private mutating func refuse(_ says: String, _ remedy: String) {
        verdict = .quoting
        findings.append(Finding("quoting.aesm", .missing, says, remedy: remedy))
    }

    private mutating func judgeSimulation(_ maker: QuoteMaker?) {
        guard maker != .simulated else {
            findings.append(Finding("quoting.quoted", .good, "inclavare quoted answers at \(Self.path) (SIMULATED quotes)"))
            return
        }
        findings.append(
            Finding(
                "quoting.quoted", .information, "inclavare quoted does not run: software enclaves get no (SIMULATED) quotes",
                remedy: "start it: inclavare quoted"))
    }
}
