import EnclaveTestSupport
import Foundation

/// The page of code of the enclaves, assembled when it is first asked for.
enum ActingCode {
    static let bytes = Result { try assemble() }

    /// Offset in the page where a repaired frame goes on.
    static let repaired: UInt64 = 0x600
    /// What RDI holds after every exit.
    static let mark: UInt64 = 0x600d

    private static func assemble() throws -> [UInt8] {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/acting.S").path
        let output = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString).bin")
        defer { try? FileManager.default.removeItem(at: output) }
        try Tool.run(
            "clang",
            [
                "-nostdlib", "-static", "-fuse-ld=lld",
                "-Wl,--image-base=0,--oformat=binary,-Ttext=0,-e,enclave_entry,--build-id=none", "-o", output.path, source,
            ])
        let code = [UInt8](try Data(contentsOf: output))
        return code + [UInt8](repeating: 0, count: 4096 - code.count)
    }
}
