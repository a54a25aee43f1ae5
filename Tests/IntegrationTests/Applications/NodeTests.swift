import Foundation
import Testing

/// Debian's node.
@Suite("node in an enclave", .enabled(if: Release.isUsable, Release.need)) struct NodeTests {
    @Test("A script runs and ends") func script() throws {
        let run = try Enclave(example: "node") { $0 += "\n[host]\nargs = [\"*\"]\n" }.run(
            ["/usr/bin/node", "-e", "console.log([3, 1, 2].sort().join(' '))"])
        #expect(run.status == 0 && run.text == "1 2 3\n", "\(run.errors)")
    }

    @Test("The HTTP server streams files, keeps what is sent to it and optimises code") func server() throws {
        let node = try RunningApplication(try Enclave(example: "node"))
        try node.wait(forOutput: "listens on port 8080")
        #expect(try node.get("/page") == "A file of the image, checked when it is read.\n")
        #expect(try node.get("/digest") == "183163eeb2b2cc9b7e17de3242459d226da756910e22a35c9fd77ae26a82fdaa\n")
        #expect(try node.get("/work") == "285110\n")
        let folder = try TemporaryFolder()
        let text = (0..<40_000).map { "line \($0)\n" }.joined()
        let note = try folder.write("note", text)
        #expect(try node.post("/notes/lines", file: note) == "\(text.utf8.count) bytes\n")
        #expect(try node.get("/notes/lines") == text)
        for _ in 0..<20 { #expect(try node.get("/page").count == 46) }
    }
}
