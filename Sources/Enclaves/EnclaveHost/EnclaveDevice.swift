import CSoftSGX
import EnclaveLayout
import SGX
import SoftSGX

/// What runs enclaves: the kernel's SGX driver or the software SGX, with the same steps in the same order.
///
/// `create`, `addPages` …, `initialise`, `map` …, then `attachThread` on each thread that enters: up to there all on one thread. The
/// steps of SGX2 come from any thread, while others are inside.
package protocol EnclaveDevice: AnyObject, Sendable {
    /// Software SGX: everything the host can do to the enclave it can do unseen.
    var isSimulated: Bool { get }
    func create(_ secs: SECS) throws(EnclaveHostError)
    func addPages(_ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool) throws(EnclaveHostError)
    /// Lets the created enclave have the provisioning key, which only those may who can open /dev/sgx_provision.
    func allowProvisioning() throws(EnclaveHostError)
    /// EINIT with the 1808 bytes of a SIGSTRUCT.
    func initialise(_ sigstruct: [UInt8]) throws(EnclaveHostError)
    /// Why pages cannot come after EINIT; nil where they can.
    var growthObstacle: String? { get }
    /// Gives added pages the rights of their SECINFO.
    func map(_ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO) throws(EnclaveHostError)
    /// Lets pages come in a range as they are touched (EAUG).
    func open(_ range: GrowingRange) throws(EnclaveHostError)
    /// Makes the calling thread one that can enter; the value is used and released on this thread only.
    func attachThread() throws(EnclaveHostError) -> any EnclaveThread
    /// EMODPR; the enclave has yet to accept it.
    ///
    /// Like the two below: on an error the pages before the one that failed are changed.
    func restrictPermissions(_ offset: UInt64, _ length: UInt64, to rights: SECINFO.Flags) throws(EnclaveHostError)
    /// EMODT, to a TCS or a trimmed page; the enclave has yet to accept it.
    func modifyTypes(_ offset: UInt64, _ length: UInt64, to type: SECINFO.PageType) throws(EnclaveHostError)
    /// EREMOVE of pages that were trimmed and accepted.
    func removePages(_ offset: UInt64, _ length: UInt64) throws(EnclaveHostError)
}

/// A host thread that can enter an enclave.
package protocol EnclaveThread: AnyObject {
    /// Enters or resumes as `entry.function` says and returns on EEXIT or an exception; interruptions resume by themselves.
    func enter(_ entry: inout softsgx_entry)
}
