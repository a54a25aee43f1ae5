/// Which of its ways the software SGX goes: the model knows one only.
enum Manner: CaseIterable {
    /// ENCLU sites are rewritten and served by the gate.
    case rewritten
    /// Every ENCLU traps.
    case trapping
    /// The pages lie in a file that the process maps and unmaps; every ENCLU traps.
    case file

    init(seed: UInt64) { self = Manner.allCases[Int((seed >> 6) % UInt64(Manner.allCases.count))] }
}
