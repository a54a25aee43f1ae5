import Foundation
import Testing

/// Debian's OpenJDK 17, with compilers and collector as they are.
@Suite("Java in an enclave", .enabled(if: Release.isUsable, Release.need)) struct JavaTests {
    @Test("A class runs through the links to /usr/bin/java, and the virtual machine ends") func hello() throws {
        let run = try Enclave(example: "java").run(["/usr/bin/java", "-cp", "/app", "Hello"])
        #expect(run.status == 0 && run.text == "hello\n", "\(run.errors)")
    }

    @Test("The HTTP server computes in threads, collects garbage and finds null by a fault") func server() throws {
        let java = try RunningApplication(try Enclave(example: "java"))
        try java.wait(forOutput: "listens on port 8080")
        #expect(try java.get("/hello").hasPrefix("hello from 17."))
        #expect(try java.get("/primes") == "17984\n")
        #expect(try java.get("/garbage") == "200000\n")
        #expect(try java.get("/null") == "200\n")
        for _ in 0..<20 { #expect(try java.get("/hello").hasPrefix("hello from 17.")) }
    }
}
