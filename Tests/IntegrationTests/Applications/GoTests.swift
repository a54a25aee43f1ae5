import Foundation
import Testing

/// A program of Debian's golang-go: no C library, a fixed address.
@Suite("Go in an enclave", .enabled(if: Release.isUsable, Release.need)) struct GoTests {
    @Test("A program greets and ends") func hello() throws {
        let run = try Enclave(example: "go").run(["/app/server", "hello"])
        #expect(run.status == 0 && run.text == "hello\n", "\(run.errors)")
    }

    @Test("net/http answers; goroutines are preempted, garbage is collected, a nil pointer is recovered from") func server() throws
    {
        let go = try RunningApplication(try Enclave(example: "go"))
        try go.wait(forPort: 8080)
        #expect(try go.get("/hello") == "hello\n")
        #expect(try go.get("/sum") == "500500\n")
        #expect(try go.get("/preempt") == "true\n")
        #expect(try go.get("/garbage") == "1048576\n")
        #expect(try go.get("/nil") == "runtime error: invalid memory address or nil pointer dereference\n")
    }
}
