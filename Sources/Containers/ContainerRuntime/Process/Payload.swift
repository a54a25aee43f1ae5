/// What a created container becomes when it is started.
enum Payload: ~Copyable {
    case program(PreparedProgram, ProcessEntry)
    case enclave(EnclaveInit, ProcessEntry)
    case library(LibraryInit, ProcessEntry)
    /// The configuration has no process: the container can be created, and no more.
    case nothing
}
