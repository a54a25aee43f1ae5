import OCI

/// Which enclave a container's annotations choose among those the administrator named; nothing in an image names host code.
struct EnclaveSelection: Sendable {
    static let typeKey = "enclave.type"
    static let runtimeKey = "enclave.runtime.name"
    static let pathKey = "enclave.runtime.path"

    /// A folder of the host; `nil`: that of the root filesystem.
    let folder: String?
    let quotingSocket: String

    /// `nil`: an ordinary container.
    init?(_ annotations: [String: String]) throws(RuntimeError) {
        guard let type = annotations[Self.typeKey] else { return nil }
        guard type == "intelSgx" else {
            throw RuntimeError("the annotation \(Self.typeKey): \"\(type)\" is not supported, only intelSgx is")
        }
        guard annotations[Self.pathKey] == nil else {
            throw RuntimeError(
                "the annotation \(Self.pathKey) is refused: a runtime is named by \(Self.runtimeKey) and described in "
                    + EnclaveConfigurationFile.path)
        }
        let file = try EnclaveConfigurationFile.load()
        let name = annotations[Self.runtimeKey] ?? file.defaultRuntime
        guard let runtime = file.runtimes[name] else {
            throw RuntimeError(
                "the annotation \(Self.runtimeKey): \(EnclaveConfigurationFile.path) has no [runtimes.\(name)]")
        }
        folder = runtime.folder
        quotingSocket = file.quotingSocket
    }
}
