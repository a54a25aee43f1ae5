/// An enclave container's runtime before the container is entered: the LibOS' enclave, or a library.
enum EnclavePreparation: ~Copyable {
    case none
    case libOS(EnclaveInit)
    case library(LibraryInit)
}
