import Foundation

/// Requests to a server in an enclave, from its own network.
extension RunningApplication {
    /// The body of an answer that says 200.
    func get(_ path: String, port: Int = 8080, within seconds: Int = 60) throws -> String {
        try body(["busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:\(port)\(path)"], seconds)
    }

    /// Sends a file's bytes; the body of an answer that says 200 or 201.
    func post(_ path: String, file: String, port: Int = 8080, within seconds: Int = 60) throws -> String {
        try body(["busybox", "wget", "-q", "-O", "-", "--post-file", file, "http://127.0.0.1:\(port)\(path)"], seconds)
    }

    private func body(_ command: [String], _ seconds: Int) throws -> String {
        let answer = try ask(command, within: seconds)
        guard answer.status == 0 else { throw Failed(description: "\(command.last ?? ""): \(answer.errors) \(errors)") }
        return answer.text
    }
}
