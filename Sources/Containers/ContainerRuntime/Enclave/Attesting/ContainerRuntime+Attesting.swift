import CLinux
import EnclaveHost
import Linux
import OCI

extension ContainerRuntime {
    /// Evidence about the enclave of a running container.
    package func attest(_ id: String, _ request: AttestationRequest) throws(RuntimeError) -> Evidence {
        let container = try Container(StateDirectory(root: root, id: id))
        guard let enclave = container.record.enclave else {
            throw RuntimeError("container \(id) is an ordinary one: there is no enclave to attest")
        }
        guard container.status == .running else {
            throw container.status == .stopped
                ? .notRunning : RuntimeError("cannot attest a container that is \(container.status.rawValue)")
        }
        let quoting = try quotingService(enclave, request.form)
        let nonce: [UInt8]
        if let given = request.nonce { nonce = given } else { nonce = enclave.isLibOS ? try Self.randomNonce() : [] }
        var door = try DoorwayClient(container.directory)
        switch try door.ask(.attest(targetInfo: quoting.target, nonce: nonce)) {
        case .report(let report, let isSimulated):
            guard report.count == Evidence.reportLength else {
                throw RuntimeError("the enclave's report has \(report.count) bytes")
            }
            let quote = try quoting.socket >= 0 ? Self.quote(report, quoting.socket) : nil
            let evidence = Evidence(
                container: id, nonce: nonce, report: report, quote: quote, isSimulated: enclave.isLibOS ? isSimulated : nil)
            guard !enclave.isLibOS || evidence.reportData == Evidence.reportData(nonce: nonce) else {
                throw RuntimeError("the enclave's report is not over this nonce")
            }
            return evidence
        case .refused(let reason): throw RuntimeError(reason)
        default: throw RuntimeError("the container's doorway gave an answer to something else")
        }
    }

    private static func randomNonce() throws(RuntimeError) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: 32)
        let result = cl_random(&nonce, nonce.count)
        try RuntimeError.wrap { try SystemCallError.check(result, "make a nonce") }
        return nonce
    }

    /// A connection to the quoting service where a quote is wanted, else -1, and whom the REPORT is to be for.
    private func quotingService(
        _ enclave: EnclaveRecord, _ form: AttestationRequest.Form
    ) throws(RuntimeError) -> (socket: Int32, target: [UInt8]) {
        guard case .quote = form else {
            guard case .report(let target?) = form else {
                return (-1, [UInt8](repeating: 0, count: LoadedEnclave.targetInfoLength))
            }
            return (-1, target)
        }
        return try RuntimeError.wrap("the quoting service") {
            let path = enclave.quotingSocket
            let socket = try SystemCallError.check(cl_connect_unix(path), "connect to \(path)")
            return (socket, try QuotingExchange.targetInfo(over: socket))
        }
    }

    private static func quote(_ report: [UInt8], _ socket: Int32) throws(RuntimeError) -> [UInt8] {
        try RuntimeError.wrap("the quoting service") { try QuotingExchange.quote(report, over: socket) }
    }
}
