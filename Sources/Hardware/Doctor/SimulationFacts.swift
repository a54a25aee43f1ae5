/// What software SGX keeps on this machine.
package struct SimulationFacts: Equatable, Sendable, Encodable {
    package enum RootKey: String, Sendable, Encodable {
        case there
        case madeAtFirstStart
        case unusable
    }

    package var rootKeyPath = ""
    package var rootKey = RootKey.unusable
    /// In words, where the key is unusable.
    package var rootKeyProblem: String?
    /// What `sgx_total_bytes` of a software node would say; nil where the account cannot be read.
    package var epcTotalBytes: UInt64?
    package var epcUsedBytes: UInt64 = 0
    package var epcFreeBytes: UInt64 = 0
    package var epcProcesses = 0
    /// Nil: memory alone is the limit.
    package var epcBeyondBytes: UInt64?
    package var epcProblem: String?

    package init() {}
}
