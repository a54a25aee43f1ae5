import Foundation
import Testing

/// python3 with asyncio on Unix sockets.
@Suite("asyncio in an enclave", .enabled(if: Release.isUsable, Release.need)) struct PythonAsyncioTests {
    @Test("Fifty clients are answered, files pass between threads, and SIGTERM ends the loop") func exchange() throws {
        let application = try RunningApplication(try Enclave(example: "python-asyncio"))
        try application.wait(forOutput: "ready")
        #expect(application.output.hasPrefix("1000 answers, 36 bytes through passed files\n"))
        #expect(try application.stop() == 0)
        #expect(application.output.hasSuffix("stopped\n"))
    }
}
