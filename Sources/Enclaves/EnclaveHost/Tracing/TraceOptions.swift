/// Where a trace goes and what of it is shown.
package struct TraceOptions: Sendable {
    /// Borrowed, never closed.
    package var descriptor: Int32
    package var filter: TraceFilter = .all
    /// Whether each line begins with the seconds since the first one, by the clock of the enclave.
    package var times = false

    package init(descriptor: Int32 = 2) { self.descriptor = descriptor }
}
