import Foundation
import Testing

/// Servers end at a signal as they do natively: what they do before, and with which status.
@Suite("Servers that are stopped", .enabled(if: Release.isUsable, Release.need)) struct StoppingTests {
    struct Server: CustomTestStringConvertible {
        let example: String
        let port: Int
        let signal: Int32

        var testDescription: String { "\(example), signal \(signal)" }
    }

    static let servers = [
        Server(example: "redis", port: 6379, signal: SIGTERM), Server(example: "redis", port: 6379, signal: SIGINT),
        Server(example: "nginx", port: 8080, signal: SIGTERM), Server(example: "nginx", port: 8080, signal: SIGQUIT),
        Server(example: "node", port: 8080, signal: SIGTERM), Server(example: "java", port: 8080, signal: SIGTERM),
        Server(example: "java", port: 8080, signal: SIGINT), Server(example: "go", port: 8080, signal: SIGTERM),
        Server(example: "http-server", port: 8000, signal: SIGTERM), Server(example: "http-server", port: 8000, signal: SIGINT),
        Server(example: "flask", port: 5000, signal: SIGTERM), Server(example: "flask", port: 5000, signal: SIGINT),
    ]

    /// Natively and inside.
    private func endings(of server: Server, _ enclave: Enclave) throws -> [Int32] {
        try [RunningApplication(native: enclave), RunningApplication(enclave)].map { application in
            try application.wait(forPort: server.port)
            // It listens before it serves.
            usleep(300_000)
            return try application.stop(server.signal)
        }
    }

    @Test("A server ends with the status it has natively", arguments: servers) func status(_ server: Server) throws {
        let enclave = try Enclave(example: server.example) { manifest in
            let signals = "signals = [\"TERM\", \"INT\", \"QUIT\", \"HUP\"]"
            guard !manifest.contains("\nsignals =") else { return }
            if manifest.contains("[host]\n") {
                manifest.replace("[host]\n", with: "[host]\n\(signals)\n")
            } else {
                manifest += "\n[host]\n\(signals)\n"
            }
        }
        // nginx natively sleeps on when a signal comes just before its wait, and Python ends otherwise before it serves: such a
        // moment is not met twice.
        let first = try? endings(of: server, enclave)
        let endings = try first.flatMap { $0[0] == $0[1] ? $0 : nil } ?? endings(of: server, enclave)
        print("\(server.example) ends at signal \(server.signal) with \(endings[0]), inside with \(endings[1])")
        #expect(endings[0] == endings[1])
    }

    @Test("nginx at QUIT finishes what it is sending before it ends") func graceful() throws {
        let enclave = try Enclave(example: "nginx")
        let server = try RunningApplication(enclave)
        try server.wait(forPort: 8080)
        // A megabyte in two seconds; the signal comes in the middle of it.
        let steps = """
            (sleep 0.7; kill -QUIT \(server.process)) &
            curl -sS --limit-rate 512k http://127.0.0.1:8080/large | wc -c
            wait
            """
        let got = try server.ask(["/bin/sh", "-c", steps])
        #expect(got.text.trimmingCharacters(in: .whitespacesAndNewlines) == "1048576", "\(got.errors)")
        #expect(try server.end() == 0, "\(server.errors)")
    }

    @Test("redis-server at SIGTERM saves what it has, and the next one finds it") func saving() throws {
        let enclave = try Enclave(example: "redis-volume")
        let folder = try TemporaryFolder()
        let volume = ["--volume", "/data=\(folder.path)/data"]
        let first = try RunningApplication(enclave, options: volume)
        try first.wait(forPort: 6379)
        let client = ["chroot", enclave.rootfs, "/usr/bin/redis-cli"]
        #expect(try first.ask(client + ["set", "kept", "over the end"]).text == "OK\n")
        #expect(try first.stop() == 0, "\(first.output)")
        #expect(first.output.contains("DB saved on disk"))
        let second = try RunningApplication(enclave, options: volume)
        try second.wait(forPort: 6379)
        #expect(try second.ask(client + ["get", "kept"]).text == "over the end\n")
        #expect(try second.stop() == 0)
    }

    @Test("An idle redis-server makes no more exits than its own timer asks for") func idle() throws {
        let enclave = try Enclave(example: "redis")
        func calls(idle seconds: Double) throws -> Int {
            let server = try RunningApplication(enclave, options: ["--stats"])
            try server.wait(forPort: 6379)
            Thread.sleep(forTimeInterval: seconds)
            #expect(try server.stop() == 0)
            return try RunReport(errors: server.errors).hostCalls.values.reduce(0, +)
        }
        let more = try calls(idle: 4.5) - calls(idle: 0.5)
        print("redis-server: \(more) host calls in four idle seconds")
        // It looks around ten times a second; interruptions of the idle made 600 of it.
        #expect(more < 240)
    }
}
