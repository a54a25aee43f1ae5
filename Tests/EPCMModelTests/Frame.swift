/// The state of an interrupted entry, in a save state area.
struct Frame: Equatable {
    /// Where it goes on.
    enum Place: Equatable {
        /// Before the first instruction of the entry.
        case entry(Command)
        /// Before the instruction that the command is about.
        case command(Command)
        /// Before the zeros of a page that was jumped to.
        case zeros(page: UInt64)
        /// Behind a command that a handler has given up.
        case repaired
    }

    var place: Place
    /// What the entry had found in RAX, which it tells when it leaves.
    var depth: UInt64
    /// EXITINFO, and the EXINFO of MISC.
    var information: UInt32
    var address: UInt64
    var code: UInt32
}
