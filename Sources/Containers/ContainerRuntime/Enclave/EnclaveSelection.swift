import OCI

/// Which enclave runtime a container is for, among those the administrator named; nothing in an image names host code.
struct EnclaveSelection: Sendable {
    /// The one kind of enclave there is, as `enclave.type` spells it.
    static let type = "intelSgx"
    /// `enclave.type` of a container that is an ordinary one whatever the administrator's default is.
    static let noType = "none"

    /// The name in the administrator's file.
    let name: String
    let runtime: EnclaveRuntime
    let quotingSocket: String
    let palHost: String?
    /// What the library is given, separated by spaces.
    let arguments: String
    let logLevel: EnclaveLogLevel?
    /// Whether the container is not to be created where no quote could be had.
    let needsQuotes: Bool

    var isLibOS: Bool { runtime.library == nil }

    /// `nil`: an ordinary container.
    ///
    /// Of the environment what was honoured is taken out: it is for the runtime, not for the program.
    init?(
        _ spec: inout Spec, _ file: EnclaveConfigurationFile, warn: (String) -> Void = { _ in }
    ) throws(RuntimeError) {
        let environment = spec.process?.env ?? []
        let settings = try EnclaveSettings(
            annotations: spec.annotations, environment: file.allowsEnvironment ? environment : [])
        if !file.allowsEnvironment, environment.contains(where: { $0.hasPrefix("ENCLAVE_TYPE=") }) {
            warn(
                "ENCLAVE_TYPE in the environment counts for nothing: allow_environment is not set in \(EnclaveConfigurationFile.path)"
            )
        }
        if file.allowsEnvironment {
            spec.process?.env.removeAll { entry in EnclaveSetting.allCases.contains { entry.hasPrefix($0.variable + "=") } }
        }
        guard try Self.isEnclave(settings, file, spec.annotations) else { return nil }
        (name, runtime) = try Self.runtime(settings, file)
        (quotingSocket, palHost) = (file.quotingSocket, file.palHost)
        arguments = settings[.arguments].map { String($0.value.map { $0 == "," ? " " : $0 }) } ?? ""
        if runtime.library == nil, let entry = settings[.arguments], !entry.value.isEmpty {
            throw RuntimeError("\(entry.source): the runtime \(name) is the LibOS, which takes none: its manifest says everything")
        }
        logLevel = try settings[.logLevel].map(EnclaveLogLevel.init) ?? EnclaveLogLevel.ofCaller
        needsQuotes = try Self.needsQuotes(settings)
    }

    /// What the administrator's file makes of a bundle: the bundle with what its enclave needs of the host, and what to warn of.
    static func choose(_ bundle: Bundle) throws(RuntimeError) -> (Bundle, EnclaveSelection?, warnings: [String]) {
        var bundle = bundle
        var warnings: [String] = []
        let selection = try EnclaveSelection(&bundle.spec, EnclaveConfigurationFile.load()) { warnings.append($0) }
        try selection?.adapt(&bundle.spec)
        return (bundle, selection, warnings)
    }

    private static func isEnclave(
        _ settings: EnclaveSettings, _ file: EnclaveConfigurationFile, _ annotations: [String: String]
    ) throws(RuntimeError) -> Bool {
        guard let entry = settings[.type] else {
            if file.defaultType != nil { return !isSandbox(annotations) }
            guard let other = settings.first else { return false }
            throw RuntimeError("\(other.source) is given without enclave.type: add the annotation enclave.type = \(type)")
        }
        if entry.value == noType { return false }
        guard entry.value == type else {
            throw RuntimeError("\(entry.source): \"\(entry.value)\" is not supported, only \(type) is")
        }
        return true
    }

    /// A pod's sandbox holds its namespaces and runs nothing of the tenant's.
    private static func isSandbox(_ annotations: [String: String]) -> Bool {
        annotations["io.kubernetes.cri.container-type"] == "sandbox"
            || annotations["io.kubernetes.cri-o.ContainerType"] == "sandbox"
    }

    private static func runtime(
        _ settings: EnclaveSettings, _ file: EnclaveConfigurationFile
    ) throws(RuntimeError) -> (String, EnclaveRuntime) {
        if let entry = settings[.path] {
            // Whoever described pods for other runtimes wrote a path: it picks the library the administrator named by that path.
            guard let named = file.runtimes.first(where: { $0.value.library == entry.value }) else {
                throw RuntimeError(
                    "\(entry.source) is refused: no runtime in \(EnclaveConfigurationFile.path) has library = \"\(entry.value)\"")
            }
            guard settings[.runtime].map({ $0.value == named.key }) ?? true else {
                throw RuntimeError("\(entry.source) is the library of [runtimes.\(named.key)], but another runtime is named")
            }
            return (named.key, named.value)
        }
        let name = settings[.runtime]?.value ?? file.defaultRuntime
        guard let runtime = file.runtimes[name] else {
            let source = settings[.runtime]?.source ?? "default_runtime"
            throw RuntimeError("\(source): \(EnclaveConfigurationFile.path) has no [runtimes.\(name)]")
        }
        return (name, runtime)
    }

    private static func needsQuotes(_ settings: EnclaveSettings) throws(RuntimeError) -> Bool {
        for setting in [EnclaveSetting.serviceID, .subscriptionKey] {
            if let entry = settings[setting] {
                throw RuntimeError("\(entry.source) is refused: Intel's EPID service has ended; use ra_type ecdsa")
            }
        }
        guard let entry = settings[.attestation] else { return false }
        switch entry.value.lowercased() {
        case "ecdsa": return true
        case "epidunlinkable", "epidlinkable":
            throw RuntimeError("\(entry.source): \"\(entry.value)\" is refused: Intel's EPID service has ended; use ecdsa")
        default: throw RuntimeError("\(entry.source): \"\(entry.value)\" is not supported, only ecdsa is")
        }
    }
}
