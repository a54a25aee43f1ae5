/// The standing of everything below a quote, and the status that follows from it.
struct TCBEvaluation {
    /// A platform with the TDX module on it.
    struct Host {
        let platform: Standing
        let module: Standing?

        init(_ tcbInfo: TCBInfo, _ facts: PCKExtension, domain: [UInt8]?) throws(VerificationFailure) {
            platform = try tcbInfo.standing(of: facts, domain: domain)
            module = if let domain { try tcbInfo.moduleStanding(domain) } else { nil }
        }

        func status(with enclave: Standing) -> TCBStatus {
            let status = platform.status.merged(with: enclave.status)
            return module.map { status.merged(with: $0.status) } ?? status
        }
    }

    let launch: Host
    /// What serves a trust domain of TDX 1.5 now.
    let current: Host?
    let status: TCBStatus
    let advisories: [String]

    init(
        of body: QuoteBody, on facts: PCKExtension, enclave: Standing, _ tcbInfo: TCBInfo
    ) throws(VerificationFailure) {
        switch body {
        case .enclave:
            launch = try Host(tcbInfo, facts, domain: nil)
            current = nil
        case .trustDomain(let report):
            try tcbInfo.checkModule(of: report)
            launch = try Host(tcbInfo, facts, domain: report.launchTCB)
            current = if let now = report.currentTCB { try Host(tcbInfo, facts, domain: now) } else { nil }
        }
        let launched = launch.status(with: enclave)
        status = current.map { launched.relaunched(under: $0.status(with: enclave)) } ?? launched
        advisories = Set(launch.platform.advisories + enclave.advisories + (launch.module?.advisories ?? [])).sorted()
    }
}
