/// What stands between this machine and enclaves in hardware; the numbers are exit codes, those of Gramine's `is-sgx-available`.
package enum Verdict: String, Sendable, Encodable, CaseIterable {
    case ready
    case processor
    case firmware
    case driver
    case quoting
    /// Software SGX runs, hardware does not.
    case simulationOnly = "simulation-only"

    package var exitCode: Int32 {
        switch self {
        case .ready: 0
        case .processor: 1
        case .firmware: 2
        case .driver: 3
        case .quoting: 4
        case .simulationOnly: 10
        }
    }
}
