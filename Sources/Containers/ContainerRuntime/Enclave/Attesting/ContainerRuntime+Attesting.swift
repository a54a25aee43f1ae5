import AESM
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
        var quoting = AESMClient(path: enclave.quotingSocket)
        let target = try Self.target(request.form, &quoting)
        let nonce: [UInt8]
        if let given = request.nonce { nonce = given } else { nonce = enclave.isLibOS ? try Self.randomNonce() : [] }
        var door = try DoorwayClient(container.directory)
        switch try door.ask(.attest(targetInfo: target, nonce: nonce)) {
        case .report(let report, let isSimulated):
            guard report.count == Evidence.reportLength else {
                throw RuntimeError("the enclave's report has \(report.count) bytes")
            }
            let quote = try Self.quote(report, request.form, &quoting)
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

    /// Whom the REPORT is to be for: the quoting enclave where a quote is wanted.
    private static func target(
        _ form: AttestationRequest.Form, _ quoting: inout AESMClient
    ) throws(RuntimeError) -> [UInt8] {
        switch form {
        case .report(let target): target ?? [UInt8](repeating: 0, count: LoadedEnclave.targetInfoLength)
        case .quote: try RuntimeError.wrap("the quoting service") { try quoting.targetInfo() }
        }
    }

    private static func quote(
        _ report: [UInt8], _ form: AttestationRequest.Form, _ quoting: inout AESMClient
    ) throws(RuntimeError) -> [UInt8]? {
        guard case .quote = form else { return nil }
        return try RuntimeError.wrap("the quoting service") { try quoting.quote(report: report) }
    }
}
