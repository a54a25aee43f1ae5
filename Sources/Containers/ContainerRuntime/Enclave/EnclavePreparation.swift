/// An enclave container's runtime before the container is entered: the LibOS' enclave, or a library.
enum EnclavePreparation: ~Copyable {
    case none
    case libOS(EnclaveInit)
    case library(LibraryInit)

    /// In the container's root, before rights are given up.
    borrowing func forbidLoading() throws(RuntimeError) {
        switch self {
        case .library(let library): try library.forbidLoading()
        case .none: return
        case .libOS: return
        }
    }
}
