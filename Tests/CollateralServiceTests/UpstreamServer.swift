import Foundation

/// A collateral service of the test's own: python3's HTTP server with fixed answers, on a free port of 127.0.0.1.
final class UpstreamServer: Sendable {
    struct Answer: Encodable {
        var status = 200
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        var seconds = 0.0
        /// So many spaces follow the body.
        var padding = 0
        /// One byte of the body comes after the other, with so many seconds before each.
        var pause = 0.0

        enum CodingKeys: CodingKey { case status, headers, body, seconds, padding, pause }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(status, forKey: .status)
            try fields.encode(headers, forKey: .headers)
            try fields.encode(Data(body).base64EncodedString(), forKey: .body)
            try fields.encode(seconds, forKey: .seconds)
            try fields.encode(padding, forKey: .padding)
            try fields.encode(pause, forKey: .pause)
        }
    }

    struct MissingPython: Error, CustomStringConvertible {
        let description = "python3 is missing: apt-get install python3"
    }

    let port: Int
    private let process = Process()
    private let folder: URL

    /// `answers` by path and query, or by path alone.
    init(_ answers: [String: Answer], certificate: URL? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-upstream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try JSONEncoder().encode(answers).write(to: folder.appendingPathComponent("answers.json"))
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.script, folder.path, certificate?.path ?? ""]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        do { try process.run() } catch { throw MissingPython() }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    /// Every request so far: path and query, with POST before and the body behind where there is one, then the subscription key when there was one.
    var requests: [String] {
        let log = (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? ""
        return log.split(separator: "\n").map(String.init)
    }

    func stop() {
        // Threads of the test block SIGTERM, and children inherit that.
        guard process.isRunning, kill(process.processIdentifier, SIGKILL) == 0 else { return }
        process.waitUntilExit()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    private static let script = """
        import base64, http.server, json, ssl, sys, time
        folder, certificate = sys.argv[1], sys.argv[2]
        answers = json.load(open(folder + "/answers.json"))
        missing = {"status": 404, "headers": {}, "body": "", "seconds": 0, "padding": 0, "pause": 0}
        log = open(folder + "/log", "a", buffering=1)
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments): pass
            def do_POST(self):
                self.answer("POST " + self.path + " " + self.rfile.read(int(self.headers["Content-Length"])).decode())
            def do_GET(self):
                self.answer(self.path)
            def answer(self, asked):
                log.write((asked + " " + self.headers.get("Ocp-Apim-Subscription-Key", "")).strip() + "\\n")
                answer = answers.get(self.path) or answers.get(self.path.split("?")[0]) or missing
                time.sleep(answer["seconds"])
                self.send_response(answer["status"])
                for name, value in answer["headers"].items(): self.send_header(name, value)
                body = base64.b64decode(answer["body"]) + b" " * answer["padding"]
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if not answer["pause"]: return self.wfile.write(body)
                for byte in body:
                    time.sleep(answer["pause"])
                    self.wfile.write(bytes([byte]))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
