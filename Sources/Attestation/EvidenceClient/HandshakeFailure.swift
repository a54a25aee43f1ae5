import NIOSSL

/// Why a handshake failed, in few words: the TLS library's own name the places in its source.
enum HandshakeFailure {
    private static let known: [(code: String, words: String)] = [
        ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
        ("HTTP_REQUEST", "it does not speak TLS"),
        ("EXCESSIVE_MESSAGE_SIZE", "its certificates are larger than TLS allows"),
        ("UNSUPPORTED_PROTOCOL", "it offers no TLS 1.2 or 1.3"),
        ("PROTOCOL_VERSION", "it offers no TLS 1.2 or 1.3"),
        ("HANDSHAKE_FAILURE", "it refuses: it may want a client's certificate, another name (--server-name) or old ciphers"),
        ("UNRECOGNIZED_NAME", "it does not know the server name: give one with --server-name"),
        ("BAD_SIGNATURE", "its signature is not of the certificate's key"),
    ]

    static func reason(_ error: any Error) -> String {
        let text = String(describing: error)
        if let found = known.first(where: { text.contains($0.code) }) { return found.words }
        if error is HandshakeObserver.Closed || text.contains("EOF") || text.contains("uncleanShutdown") {
            return "it closed the connection"
        }
        return code(in: text) ?? text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The library's name of the error, between the name of the function and that of the file.
    private static func code(in text: String) -> String? {
        guard let start = text.firstRange(of: "OPENSSL_internal:")?.upperBound else { return nil }
        let name = text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : "TLS error \(name)"
    }
}
