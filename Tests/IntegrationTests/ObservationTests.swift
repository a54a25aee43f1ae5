import Foundation
import Testing

/// What tracing and profiling show of a program, and what a manifest keeps from them.
@Suite("Observed programs", .enabled(if: Release.isUsable, Release.need)) struct ObservationTests {
    private func busybox(_ script: String, trace rule: String) throws -> Enclave {
        try Enclave(running: ["/usr/bin/busybox", "sh", "-c", script], "trace = \"\(rule)\"\n")
    }

    @Test("A trace shows arguments and paths where the manifest lets it, and never what is written") func arguments() throws {
        let run = try busybox("echo treasure > /tmp/place; cat /absent", trace: "arguments").run(options: ["--trace"])
        #expect(run.errors.contains("openat(AT_FDCWD, \"/tmp/place\", O_WRONLY|O_CREAT|O_TRUNC"))
        #expect(run.errors.contains("\"/absent\""))
        #expect(run.errors.contains("+++ exited with 1 +++"))
        #expect(!run.errors.contains("treasure\\n") && !run.errors.contains("\"treasure"))
    }

    @Test("A trace goes to a file, with the chosen calls only and the seconds before each") func file() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/trace"
        let options = ["--trace-to", path, "--trace-only", "paths,write", "--trace-times"]
        let run = try busybox("echo a; cd /", trace: "calls").run(options: options)
        #expect(run.text == "a\n")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropLast()
        #expect(lines.contains { $0.hasSuffix("chdir(...) = 0") } && lines.contains { $0.hasSuffix("write(...) = 2") })
        #expect(!lines.contains { $0.contains("brk(") })
        #expect(lines.allSatisfy { $0.contains(".") && $0.first?.isNumber == true })
    }

    @Test("A manifest that says trace = \"off\" gives neither trace nor profile, and a line says so") func off() throws {
        let enclave = try busybox("cd /", trace: "off")
        let traced = try enclave.run(options: ["--trace"])
        #expect(traced.errors.contains("trace = \"off\"") && !traced.errors.contains("chdir"))
        let profiled = try Command.run([
            Release.inclavare, "profile", "--json", "--rootfs", enclave.rootfs, enclave.folder.path + "/enclave",
        ])
        #expect(profiled.status == 0 && profiled.errors.contains("\"calls\" : [\n\n  ]"))
    }

    @Test("A profile counts calls with their errors and exits, and says what would fit") func profile() throws {
        let enclave = try busybox("i=0; while [ $i -lt 100 ]; do i=$((i+1)); cd /absent; done; cd /", trace: "calls")
        let output = enclave.folder.path + "/profile.json"
        let run = try Command.run(
            [
                Release.inclavare, "profile", "--json", "--output", output, "--rootfs", enclave.rootfs,
                enclave.folder.path + "/enclave",
            ])
        #expect(run.status == 0)
        struct Profile: Decodable {
            struct Call: Decodable {
                let name: String
                let count: Int
                let errors: Int
            }
            struct Run: Decodable {
                struct Advice: Decodable {
                    struct Line: Decodable {
                        let key: String
                        let used: Int
                    }
                    let lines: [Line]
                }
                let peakThreads: Int
                let advice: Advice
            }
            let calls: [Call]
            let run: Run
        }
        let profile = try JSONDecoder().decode(Profile.self, from: Data(contentsOf: URL(filePath: output)))
        let chdir = try #require(profile.calls.first { $0.name == "chdir" })
        #expect(chdir.count == 101 && chdir.errors == 100)
        #expect(profile.run.peakThreads == 1)
        #expect(profile.run.advice.lines.map(\.key) == ["memory", "kernel_memory", "threads"])
        #expect(profile.run.advice.lines.allSatisfy { $0.used > 0 })
    }

    @Test("explain follows python3 into its libraries and names what is refused") func explain() throws {
        let run = try Command.run([Release.inclavare, "explain", "--json", "--rootfs", TestTree.shared.get(), "/usr/bin/python3"])
        struct Explanation: Decodable {
            struct Call: Decodable { let name: String }
            let files: [String]
            let missing: [String]
            let callCount: Int
            let refused: [Call]
        }
        let explanation = try JSONDecoder().decode(Explanation.self, from: run.output)
        #expect(explanation.missing.isEmpty)
        #expect(explanation.files.contains { $0.hasSuffix("/libc.so.6") })
        #expect(explanation.callCount > 100)
        #expect(explanation.refused.contains { $0.name == "rseq" })
    }
}
