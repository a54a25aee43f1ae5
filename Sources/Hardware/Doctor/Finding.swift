/// One line of the diagnosis.
package struct Finding: Equatable, Sendable, Encodable {
    package enum State: String, Sendable, Encodable {
        case good
        /// Works, and something about it should be known.
        case warning
        case missing
        case information
    }

    /// Stable: `cpu.sgx`, `kernel.driver` and the like.
    package var id: String
    package var state: State
    package var says: String
    /// What to do about it.
    package var remedy: String?

    package init(_ id: String, _ state: State, _ says: String, remedy: String? = nil) {
        self.id = id
        self.state = state
        self.says = says
        self.remedy = remedy
    }
}
