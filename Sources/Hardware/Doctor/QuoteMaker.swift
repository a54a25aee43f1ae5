import AESM

/// Whose quoting enclave stands behind the service at AESM's socket, by the key identity it would use.
package enum QuoteMaker: String, Sendable, Encodable {
    /// Intel's, so that quotes are of hardware.
    case intel
    /// Another's: that of the software SGX, whose quotes are SIMULATED.
    case simulated
    /// It does not say.
    case unknown

    private static let patienceSeconds = 2

    /// Asks the service.
    init(asking path: String) {
        var client = AESMClient(path: path, patienceSeconds: Self.patienceSeconds)
        do throws(AESMFailure) {
            guard let keyID = AttestationKeyID(try client.selectedKeyID()) else {
                self = .unknown
                return
            }
            self = keyID.names(.intel) ? .intel : .simulated
        } catch {
            self = .unknown
        }
    }
}
