/// What `attest` asks of a running enclave container.
package struct AttestationRequest: Sendable {
    package enum Form: Sendable {
        /// A REPORT for the enclave that this TARGETINFO describes; `nil`: for none, so that only its contents can be looked at.
        case report(targetInfo: [UInt8]?)
        /// A quote of the quoting service.
        case quote
    }

    package var form: Form
    /// `nil`: one by chance, where the enclave's runtime binds one.
    package var nonce: [UInt8]?

    package init(form: Form, nonce: [UInt8]?) {
        self.form = form
        self.nonce = nonce
    }
}
