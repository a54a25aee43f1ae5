import CLinux
import ContainerRuntime
import Glibc
import Linux

/// Hands a quote to `inclavare verify`, which has certificates, collateral and policies in it; `rune` stays without them.
struct EvidenceVerification {
    var policy: String?
    var collateral: String?

    /// Becomes the verifier, whose verdict and status are those of the command.
    func judge(_ evidence: Evidence) throws -> Never {
        guard let policy else { throw UsageError("attest: --collateral goes with --verify") }
        let quote = try Self.memoryFile(evidence.bytes)
        var arguments = [
            "inclavare", "verify", "--quote", "/proc/self/fd/\(quote)", "--policy", policy, "--nonce", hex(evidence.nonce),
        ]
        if let collateral { arguments += ["--collateral", collateral] }
        let program = try Self.verifier()
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        execv(program, &pointers)
        throw SystemCallError(errno, "execute \(program)")
    }

    /// Beside this program, as both are installed.
    private static func verifier() throws -> String {
        guard let own = realpath("/proc/self/exe", nil) else { throw SystemCallError(errno, "find this program's folder") }
        defer { free(own) }
        let path = RootedPath.split(String(cString: own)).parent + "/inclavare"
        guard access(path, X_OK) == 0 else {
            throw UsageError(
                "attest: --verify needs \(path), which is not there; write the quote with --format binary and judge it elsewhere")
        }
        return path
    }

    private static func memoryFile(_ bytes: [UInt8]) throws -> Int32 {
        let file = FileDescriptor(owning: try SystemCallError.check(cl_make_memory_file("quote"), "make a file in memory"))
        try FileContents.write(bytes, to: file, "a file in memory")
        lseek(file.raw, 0, SEEK_SET)
        return file.release()
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
