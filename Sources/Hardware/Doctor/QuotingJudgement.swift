/// Who makes quotes.
struct QuotingJudgement {
    private(set) var findings: [Finding] = []
    private(set) var verdict: Verdict?

    init(_ facts: HostFacts) {
        let path = HostFacts.aesmPath
        switch facts.aesm {
        case .listening: findings.append(Finding("quoting.aesm", .good, "aesmd answers at \(path)"))
        case .dead: refuse("\(path) is there and nobody listens", "start it: systemctl start aesmd")
        case .forbidden: refuse("this user may not connect to \(path)", "chmod 777 /var/run/aesmd, or add the user to its group")
        case .absent:
            refuse(
                "no aesmd at \(path): quotes of hardware enclaves cannot be made",
                "install Intel's sgx-aesm-service with its ECDSA plugin; in a container mount /var/run/aesmd")
        }
        judgeQuoted(facts.quoted)
    }

    private mutating func refuse(_ says: String, _ remedy: String) {
        verdict = .quoting
        findings.append(Finding("quoting.aesm", .missing, says, remedy: remedy))
    }

    private mutating func judgeQuoted(_ state: SocketState) {
        let path = HostFacts.quotedPath
        switch state {
        case .listening: findings.append(Finding("quoting.quoted", .good, "inclavare quoted answers at \(path) (SIMULATED quotes)"))
        case .dead, .forbidden:
            let says = state == .dead ? "\(path) is there and nobody listens" : "this user may not connect to \(path)"
            findings.append(
                Finding("quoting.quoted", .warning, says, remedy: "start it: inclavare quoted; --mode gives others access"))
        case .absent:
            findings.append(
                Finding(
                    "quoting.quoted", .information, "inclavare quoted does not run: software enclaves get no (SIMULATED) quotes",
                    remedy: "start it: inclavare quoted"))
        }
    }
}
