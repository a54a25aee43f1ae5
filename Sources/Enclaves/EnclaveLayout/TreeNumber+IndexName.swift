import Wire

extension TreeNumber {
    /// The name of the tree's index in the folder of an enclave.
    public var indexName: String { self == .root ? "index" : "index.\(rawValue)" }
}
