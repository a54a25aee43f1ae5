import CLinux
import Glibc
import Linux
import OCI

extension ContainerInit {
    /// First of all, while the host's files and this process's rights are there.
    borrowing func loadEnclave() throws(RuntimeError) -> EnclavePreparation {
        guard let selection = plan.enclave else { return .none }
        if let loader = options.libraries, !selection.isLibOS {
            channel.send(.doing("\(LibraryInit.name(selection)) ended its process while it was loaded"))
            return .library(try transcribed { () throws(RuntimeError) in try LibraryInit(selection, loader) })
        }
        let enclave = try EnclaveInit(selection, plan)
        if enclave.isSimulated {
            channel.send(.warning("the enclave is SIMULATED: nothing in it is confidential on this machine"))
        }
        return .libOS(enclave)
    }

    /// With the container entered and its rights given up.
    borrowing func initialise(_ library: borrowing LibraryInit, _ process: SpecProcess) throws(RuntimeError) {
        if let selection = plan.enclave { channel.send(.doing("\(LibraryInit.name(selection)) ended its process in pal_init")) }
        try transcribed { () throws(RuntimeError) in try library.initialise(process) }
        channel.send(.doing(""))
    }

    private borrowing func transcribed<Value: ~Copyable>(
        _ body: () throws(RuntimeError) -> Value
    ) throws(RuntimeError) -> Value {
        guard let transcript else { return try body() }
        do throws(RuntimeError) {
            return try transcript.keep(body)
        } catch {
            throw RuntimeError(error.description + transcript.quotation)
        }
    }
}

extension ContainerMain {
    /// What `body` follows, with what the first process was doing when it ended without a word.
    func explaining(_ pid: Int32, _ deed: String) -> RuntimeError {
        guard !deed.isEmpty, let transcript else {
            return RuntimeError("the container's first process ended before it was ready")
        }
        transcript.copyToErrors()
        let status = ProcessDescriptor.endStatus(of: pid)
        let end = status > 128 ? "killed by signal \(status - 128)" : "exit status \(status)"
        return RuntimeError("\(deed): \(end)\(transcript.quotation)")
    }
}
