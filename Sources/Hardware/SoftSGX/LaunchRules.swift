import CSoftSGX
import SGX

/// What the kernel's driver demands before it executes EINIT (`sgx_ioc_enclave_init`).
struct LaunchRules {
    /// The driver was shown an open /dev/sgx_provision.
    var allowsProvisioning: Bool
    /// Never with the kernel's driver; those before Linux 5.11 let launch enclaves run.
    var allowsLaunchKey: Bool

    /// ATTRIBUTES an enclave can have here, as CPUID leaf 0x12 lists them: INIT is the processor's own.
    private static let attributes: Attributes.Flags = [.debug, .mode64Bit, .provisionKey, .einitTokenKey, .kss]

    func check(_ secs: SECS, _ sigstruct: SIGSTRUCT) throws(SoftSGXError) {
        guard sigstruct.vendor == 0 || sigstruct.vendor == SIGSTRUCT.intelVendor else {
            throw .invalid("SIGSTRUCT.VENDOR is neither 0 nor 0x8086")
        }
        guard allowsProvisioning || !secs.attributes.flags.contains(.provisionKey) else {
            throw .denied("PROVISIONKEY is for enclaves that were shown /dev/sgx_provision")
        }
        guard allowsLaunchKey || !secs.attributes.flags.contains(.einitTokenKey) else {
            throw .denied("EINITTOKEN_KEY is for launch enclaves, which the kernel's driver does not run")
        }
        // A signature may name what this processor lacks, but not insist on it.
        let insisted = sigstruct.attributes & sigstruct.attributeMask
        guard insisted.flags.isSubset(of: Self.attributes) else {
            throw .invalid("the signature insists on attributes this processor does not have")
        }
        guard sigstruct.miscSelect.intersection(sigstruct.miscMask).isSubset(of: SoftwareProcessor.miscSelect) else {
            throw .invalid("the signature insists on a MISCSELECT this processor does not have")
        }
        guard softsgx_xsave_bytes(insisted.xfrm.union(.legacy).rawValue) > 0 else {
            throw .invalid("the signature insists on extended state this processor does not have")
        }
    }
}
