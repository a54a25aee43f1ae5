import EnclaveTestSupport
import SGX
import SoftSGX

/// A layout with the signature that lets it be initialised.
struct SignedLayout {
    let layout: Layout
    let sigstruct: SIGSTRUCT

    init(number: Int, base: UInt64) throws {
        layout = Layout(number: number, code: try ActingCode.bytes.get())
        let enclave = try RealEnclave.create(base: base)
        for addition in layout.additions { try RealEnclave.add(addition, to: enclave) }
        var sigstruct = SIGSTRUCT()
        sigstruct.enclaveHash = enclave.mrEnclave
        sigstruct.attributes = enclave.secs.attributes
        sigstruct.attributeMask = SIGSTRUCT.productAttributeMask
        sigstruct.miscSelect = enclave.secs.miscSelect
        sigstruct.miscMask = .all
        self.sigstruct = try TestSigner.shared.get().sign(sigstruct)
    }
}
