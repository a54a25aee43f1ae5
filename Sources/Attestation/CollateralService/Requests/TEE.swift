/// The technology whose collateral is asked for; its name is the first part of a service's paths.
public enum TEE: String, CaseIterable, Hashable, Sendable {
    case sgx
    case tdx
}
