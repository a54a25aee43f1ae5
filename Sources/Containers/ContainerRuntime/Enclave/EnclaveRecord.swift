import OCI

/// What a container's record says of its enclave: which runtime it is, and that commands for ordinary processes do not apply.
struct EnclaveRecord: Equatable, Sendable {
    /// The administrator's name of the runtime.
    var runtime: String
    /// `false`: a library behind the PAL API.
    var isLibOS: Bool
    var quotingSocket: String

    init(_ selection: EnclaveSelection) {
        runtime = selection.name
        isLibOS = selection.isLibOS
        quotingSocket = selection.quotingSocket
    }

    init(_ object: JSONObject) throws(SpecError) {
        runtime = try object.required("runtime", object.string("runtime"))
        isLibOS = try object.bool("libos") ?? true
        quotingSocket = try object.string("quotingSocket") ?? ""
    }

    var json: JSON {
        ["runtime": .string(runtime), "libos": .bool(isLibOS), "quotingSocket": .string(quotingSocket)]
    }
}

extension StateRecord {
    /// Refuses what works on a container's processes, where the container's program has an enclave around it.
    func requireOrdinary(for verb: String) throws(RuntimeError) {
        guard let enclave else { return }
        throw RuntimeError(
            "cannot \(verb) in container \(id): its program runs inside an enclave (runtime \(enclave.runtime)), which takes no further "
                + "processes")
    }
}
