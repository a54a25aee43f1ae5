import Foundation
import SGX

/// An RSA-3072 key with exponent 3, made by OpenSSL once a process, and the SIGSTRUCTs it signs.
package final class TestSigner: Sendable {
    package static let shared = Result { try TestSigner() }

    private let key: String
    private let modulus: [UInt8]

    package init() throws {
        key = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString).pem").path
        try Tool.run("openssl", ["genrsa", "-3", "-out", key, "3072"])
        let printed = String(decoding: try Tool.run("openssl", ["rsa", "-in", key, "-noout", "-modulus"]), as: UTF8.self)
        let digits = Array(printed.split(separator: "=")[1].trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        modulus = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: key) }

    package func sign(_ unsigned: SIGSTRUCT) throws -> SIGSTRUCT {
        let message = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString).bin")
        defer { try? FileManager.default.removeItem(at: message) }
        try Data(unsigned.signedMessage).write(to: message)
        let signature = try Tool.run("openssl", ["dgst", "-sha256", "-sign", key, message.path])
        var signed = unsigned
        try signed.attach(signature: signature, modulus: modulus)
        return signed
    }
}
