import OCI

/// One thing a container can ask of its enclave: by an annotation, or by a variable of its environment where the administrator allows that.
enum EnclaveSetting: CaseIterable {
    case type, runtime, path, arguments, logLevel, attestation, serviceID, subscriptionKey

    var annotation: String {
        switch self {
        case .type: "enclave.type"
        case .runtime: "enclave.runtime.name"
        case .path: "enclave.runtime.path"
        case .arguments: "enclave.runtime.args"
        case .logLevel: "enclave.runtime.loglevel"
        case .attestation: "enclave.attestation.ra_type"
        case .serviceID: "enclave.attestation.ra_epid_spid"
        case .subscriptionKey: "enclave.attestation.ra_epid_subscription_key"
        }
    }

    var variable: String {
        switch self {
        case .type: "ENCLAVE_TYPE"
        case .runtime: "ENCLAVE_RUNTIME_NAME"
        case .path: "ENCLAVE_RUNTIME_PATH"
        case .arguments: "ENCLAVE_RUNTIME_ARGS"
        case .logLevel: "ENCLAVE_RUNTIME_LOGLEVEL"
        case .attestation: "ENCLAVE_RA_TYPE"
        case .serviceID: "ENCLAVE_RA_EPID_SPID"
        case .subscriptionKey: "ENCLAVE_RA_EPID_SUB_KEY"
        }
    }
}

/// What a container says of all settings, and where; an annotation goes before a variable.
struct EnclaveSettings {
    struct Entry {
        let value: String
        /// "the annotation enclave.type": begins what is said against it.
        let source: String
    }

    private var entries: [EnclaveSetting: Entry] = [:]

    subscript(setting: EnclaveSetting) -> Entry? { entries[setting] }

    var isEmpty: Bool { entries.isEmpty }
    var first: Entry? { EnclaveSetting.allCases.lazy.compactMap { entries[$0] }.first }

    init(annotations: [String: String], environment: [String]) throws(RuntimeError) {
        for entry in environment {
            guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = entry[..<equals]
            guard let setting = EnclaveSetting.allCases.first(where: { $0.variable == name }) else { continue }
            entries[setting] = Entry(value: String(entry[entry.index(after: equals)...]), source: "the variable \(name)")
        }
        for (key, value) in annotations.sorted(by: { $0.key < $1.key }) where key.hasPrefix("enclave.") {
            guard let setting = EnclaveSetting.allCases.first(where: { $0.annotation == key }) else {
                throw RuntimeError(
                    "the annotation \(key) is not one of: \(EnclaveSetting.allCases.map(\.annotation).joined(separator: ", "))")
            }
            entries[setting] = Entry(value: value, source: "the annotation \(key)")
        }
    }
}
