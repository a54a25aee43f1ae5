import CSoftSGX
import SGX
import SoftSGX

/// What runs enclaves: the kernel's SGX driver or the software SGX, with the same steps in the same order.
///
/// `create`, `addPages` …, `initialise`, `map` …, then `attachThread` on each thread that enters. All but the last on one thread.
package protocol EnclaveDevice: AnyObject, Sendable {
    /// Software SGX: everything the host can do to the enclave it can do unseen.
    var isSimulated: Bool { get }
    func create(_ secs: SECS) throws(EnclaveHostError)
    func addPages(_ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool) throws(EnclaveHostError)
    /// Lets the created enclave have the provisioning key, which only those may who can open /dev/sgx_provision.
    func allowProvisioning() throws(EnclaveHostError)
    /// EINIT with the 1808 bytes of a SIGSTRUCT.
    func initialise(_ sigstruct: [UInt8]) throws(EnclaveHostError)
    /// Gives added pages the rights of their SECINFO.
    func map(_ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO) throws(EnclaveHostError)
    /// Makes the calling thread one that can enter; the value is used and released on this thread only.
    func attachThread() throws(EnclaveHostError) -> any EnclaveThread
}

/// A host thread that can enter an enclave.
package protocol EnclaveThread: AnyObject {
    /// Enters or resumes as `entry.function` says and returns on EEXIT or an exception; interruptions resume by themselves.
    func enter(_ entry: inout softsgx_entry)
}
