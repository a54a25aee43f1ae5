/// Why a service's certificate could not be had, in one line that says what to do.
public enum EvidenceClientError: Error, Equatable, Sendable, CustomStringConvertible {
    case badAddress(String)
    case badServerName(String)
    case unreachable(ServiceAddress, why: String)
    case noHandshake(ServiceAddress, why: String)
    case tooLate(ServiceAddress, seconds: Int)

    public var description: String {
        switch self {
        case .badAddress(let text): "\(text) is no address of a service: write it as host:port or [address]:port"
        case .badServerName(let name): "\(name) is no server name: give a host name, not an address"
        case .unreachable(let address, let why): "cannot reach \(address): \(why); check the address and that the service runs"
        case .noHandshake(let address, let why):
            "no TLS handshake with \(address): \(why); name the port on which it speaks TLS 1.2 or 1.3"
        case .tooLate(let address, let seconds):
            "\(address) did not finish a TLS handshake within \(seconds) s: check that it speaks TLS there, or give it longer with --timeout"
        }
    }
}
