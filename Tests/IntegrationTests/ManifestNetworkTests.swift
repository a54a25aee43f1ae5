import Foundation
import Testing

/// What a manifest says of the network, as busybox' tools see it.
@Suite("The manifest's network", .enabled(if: Release.isUsable, Release.need)) struct ManifestNetworkTests {
    private func run(_ words: [String], _ more: String) throws -> Command {
        let enclave = try Enclave(running: ["/bin/busybox"] + words, more)
        return try enclave.run()
    }

    @Test("Without a network there are no sockets of it") func none() throws {
        let ran = try run(["nc", "127.0.0.1", "9"], "[network]\nmode = \"none\"\n")
        #expect(ran.status == 1 && ran.errors.contains("Address family not supported"), "\(ran.errors)")
    }

    @Test("Connecting where no rule leads is refused inside, and said in the log") func connect() throws {
        let rules = "[network]\nconnect = [\"tcp:127.0.0.1:9\"]\n"
        let refused = try run(["nc", "127.0.0.1", "10"], rules)
        #expect(refused.status == 1 && refused.errors.contains("Permission denied"), "\(refused.errors)")
        #expect(refused.errors.contains("network.connect has no rule for 127.0.0.1 port 10"))
        let allowed = try run(["nc", "127.0.0.1", "9"], rules)
        #expect(allowed.errors.contains("Connection refused"), "\(allowed.errors)")
    }

    @Test("Listening where no rule allows it is refused, also on a port that the host chooses") func listen() throws {
        let rules = "[network]\nlisten = [\"tcp:8080\"]\n"
        let refused = try run(["nc", "-l", "-p", "8081"], rules)
        #expect(refused.status == 1 && refused.errors.contains("Permission denied"), "\(refused.errors)")
    }

    @Test("Name servers of the manifest take the place of the host's") func servers() throws {
        let ran = try run(["cat", "/etc/resolv.conf"], "[network]\nnameservers = [\"192.0.2.53\", \"2001:db8::1\"]\n")
        #expect(ran.text.hasPrefix("nameserver 192.0.2.53\nnameserver 2001:db8:0:0:0:0:0:1\n"), "\(ran.text) \(ran.errors)")
    }
}
