/// The kinds of files that describe an enclave somebody else built.
package enum ForeignFormat: String, Sendable, CaseIterable {
    case sgxs
    case sdkLibrary = "intel-sdk"
    case selftest = "linux-selftest"

    /// What it is called in a sentence.
    package var title: String {
        switch self {
        case .sgxs: "SGXS stream"
        case .sdkLibrary: "library signed with Intel's SDK"
        case .selftest: "enclave of the Linux kernel's SGX selftest"
        }
    }
}
