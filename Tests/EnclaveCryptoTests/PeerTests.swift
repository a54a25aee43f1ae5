import EnclaveCrypto
import Foundation
import Testing

/// A long-lived Python that answers from `hashlib` and `cryptography`.
final class PythonPeer {
    static let program = """
        import sys, hashlib, hmac
        from cryptography.hazmat.primitives.ciphers import algorithms
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives import cmac, hashes
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
        print('ready', flush=True)
        for line in sys.stdin:
            name, *rest = line.rstrip('\\n').split(' ')
            a = [bytes.fromhex(x) for x in rest]
            if name == 'sha256': r = hashlib.sha256(a[0]).digest()
            elif name == 'hmac': r = hmac.new(a[0], a[1], 'sha256').digest()
            elif name == 'cmac':
                c = cmac.CMAC(algorithms.AES(a[0])); c.update(a[1]); r = c.finalize()
            elif name == 'gcm': r = AESGCM(a[0]).encrypt(a[1], a[2], a[3])
            elif name == 'hkdf': r = HKDF(hashes.SHA256(), int(a[3].hex(), 16), a[1], a[2]).derive(a[0])
            print(r.hex(), flush=True)
        """

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending: [UInt8] = []

    /// Nil, with one line that says so, where Python or its `cryptography` is missing.
    init?() {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", PythonPeer.program]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil, line() == "ready" else {
            print("no python3 with `cryptography`: comparison with it is left out")
            return nil
        }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.waitUntilExit() }
    }

    func ask(_ name: String, _ arguments: [UInt8]...) throws -> [UInt8] {
        let request = ([name] + arguments.map { hex($0) }).joined(separator: " ") + "\n"
        try input.fileHandleForWriting.write(contentsOf: Data(request.utf8))
        return hex(try #require(line()))
    }

    private func line() -> String? {
        while true {
            if let end = pending.firstIndex(of: 10) {
                let text = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                return text
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            pending.append(contentsOf: more)
        }
    }
}

@Suite("Against Python's hashlib and cryptography")
struct PeerTests {
    static func random(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    @Test("Random inputs of random lengths give what OpenSSL gives")
    func random() throws {
        guard let peer = PythonPeer() else { return }
        for round in 0..<300 {
            let message = PeerTests.random(round < 150 ? round : Int.random(in: 0...9000))
            let associated = PeerTests.random(Int.random(in: 0...200))
            #expect(try SHA256.hash(message).bytes == peer.ask("sha256", message), "\(message.count) bytes")

            let long = PeerTests.random(Int.random(in: 1...200))
            #expect(try HMACSHA256.authenticate(key: long, message: message).bytes == peer.ask("hmac", long, message))

            let key = PeerTests.random(16)
            #expect(try AESCMAC.authenticate(key: key, message: message) == peer.ask("cmac", key, message))

            let cipherKey = PeerTests.random(round % 2 == 0 ? 16 : 32)
            let nonce = PeerTests.random(12)
            let cipher = try AESGCM(key: cipherKey)
            let sealed = try cipher.seal(message, nonce: nonce, authenticating: associated)
            #expect(try sealed == peer.ask("gcm", cipherKey, nonce, message, associated), "\(message.count) bytes")
            #expect(try cipher.open(sealed, nonce: nonce, authenticating: associated) == message)

            let count = Int.random(in: 1...500)
            let derived = try HKDFSHA256.derive(secret: message, salt: key, info: associated, count: count)
            let wanted = [UInt8(count >> 8), UInt8(count & 255)]
            #expect(try derived == peer.ask("hkdf", message, key, associated, wanted))
        }
    }
}
