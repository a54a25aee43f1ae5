import Foundation
import Testing

/// Debian's redis-server with its files on an encrypted volume.
@Suite("redis on an encrypted volume", .enabled(if: Release.isUsable, Release.need)) struct RedisVolumeTests {
    private static let secret = "correct horse battery staple"

    private func ask(_ server: RunningApplication, _ enclave: Enclave, _ words: String...) throws -> String {
        let answer = try server.ask(["chroot", enclave.rootfs, "/usr/bin/redis-cli"] + words)
        return answer.text.trimmingCharacters(in: .newlines) + answer.errors
    }

    @Test("A snapshot outlives the enclave, and the host finds none of it in the volume") func snapshot() throws {
        let enclave = try Enclave(example: "redis-volume")
        let folder = try TemporaryFolder()
        let options = ["--volume", "/data=\(folder.path)/data"]
        let first = try RunningApplication(enclave, options: options)
        try first.wait(forOutput: "Ready to accept connections")
        #expect(try ask(first, enclave, "set", "phrase", Self.secret) == "OK")
        #expect(try ask(first, enclave, "save") == "OK")
        _ = try first.stop(SIGKILL)
        let second = try RunningApplication(enclave, options: options)
        try second.wait(forOutput: "Ready to accept connections")
        #expect(try ask(second, enclave, "get", "phrase") == Self.secret)
        #expect(try ask(second, enclave, "set", "last", "words") == "OK")
        #expect(try ask(second, enclave, "save") == "OK")
        _ = try second.stop()
        let third = try RunningApplication(enclave, options: options)
        try third.wait(forOutput: "Ready to accept connections")
        #expect(try ask(third, enclave, "get", "last") == "words")
        _ = try third.stop()
        let stored = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/data/volume"))
        #expect(stored.range(of: Data(Self.secret.utf8)) == nil)
        #expect(stored.range(of: Data("snapshot.rdb".utf8)) == nil)
    }

    @Test("With a log every answered change is there after a kill") func log() throws {
        let enclave = try Enclave(example: "redis-volume")
        let folder = try TemporaryFolder()
        let options = ["--volume", "/data=\(folder.path)/data"]
        let arguments = ["/usr/bin/redis-server", "/etc/redis/enclave.conf", "--appendonly", "yes"]
        var count = 0
        for _ in 1...3 {
            let server = try RunningApplication(enclave, arguments, options: options)
            try server.wait(forOutput: "Ready to accept connections")
            let kept = try ask(server, enclave, "get", "count")
            #expect(kept == (count > 0 ? "\(count)" : ""), "\(server.errors)")
            for _ in 1...20 {
                count += 1
                #expect(try ask(server, enclave, "incr", "count") == "\(count)")
            }
            _ = try server.stop(SIGKILL)
        }
    }
}
