import Foundation
import Testing

/// What a running program asks of the host: counted, never timed.
@Suite("Host calls", .enabled(if: Release.isUsable, Release.need)) struct HostCallTests {
    @Test("python3 asks the host for file chunks, its streams, sleeping and threads, and for nothing else") func heldSet() throws {
        let enclave = try Enclave(running: ["/usr/bin/python3", "-c", "import json, threading; print(json.dumps([1, 2]))"])
        let run = try enclave.run(options: ["--stats"])
        #expect(run.status == 0, "\(run.errors)")
        let report = try RunReport(run)
        let counts = report.hostCalls.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("host calls of python3: " + counts.joined(separator: ", "))
        let allowed: Set = [
            "fetchIndex", "fetchFile", "writeStream", "streamInformation", "terminal", "park", "wakeVCPU", "startVCPU", "exited",
            "takeSignals", "restrictPages",
        ]
        #expect(Set(report.hostCalls.keys).isSubset(of: allowed))
        #expect(report.unknownCalls <= 4)
    }

    @Test("Rewriting leaves few calls to the trap, and without it every call traps") func rewriting() throws {
        for (name, arguments) in [
            ("busybox echo", ["/usr/bin/busybox", "echo", "x"]), ("/bin/echo", ["/bin/echo", "x"]),
            ("python3 -c", ["/usr/bin/python3", "-c", "print('x')"]),
        ] {
            let enclave = try Enclave(running: arguments)
            let with = try RunReport(enclave.run(options: ["--stats"]))
            let without = try RunReport(enclave.run(options: ["--stats", "--no-rewrite"]))
            let calls = with.trappedCalls + with.rewrittenCalls
            print("\(name): \(with.trappedCalls) of \(calls) calls trapped; \(without.trappedCalls) without rewriting")
            #expect(with.trappedCalls * 10 < without.trappedCalls)
            #expect(without.rewrittenCalls == 0)
        }
    }

    @Test("Reading 4 KiB of a 1 GiB file fetches at most two chunks and their proof") func sparseReading() throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        try sparse("\(rootfs)/app/big", 1 << 30)
        func report(_ script: String) throws -> RunReport {
            let enclave = try Enclave(
                running: ["/usr/bin/python3", "-c", "import os; f = os.open('/app/big', 0)\(script)"], over: rootfs,
                // The program's own files are read when they are mapped, so the difference is the one big file's.
                "memory_mode = \"fixed\"\n")
            let run = try enclave.run(options: ["--stats"])
            #expect(run.status == 0, "\(run.errors)")
            return try RunReport(run)
        }
        let without = try report("")
        let with = try report("; os.pread(f, 4096, \((1 << 29) + 14336)) == bytes(4096) or exit(1)")
        #expect(with.fileBytesVerified - without.fileBytesVerified <= 2 * 16384)
        // A block of digests and its way to the root: a path in a tree of 128 branches.
        #expect(with.indexBytesVerified - without.indexBytesVerified <= 8 * 4096)
    }

    @Test("2 GB of added files leave the bytes read before the program's first instruction as they were, but for the proof")
    func bytesBeforeStart() throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        let program = ["/usr/bin/busybox", "true"]
        let small = try RunReport(Enclave(running: program, over: rootfs).run(options: ["--stats"]))
        for number in 0..<8 { try sparse("\(rootfs)/app/data\(number)", 250_000_000) }
        let large = try RunReport(Enclave(running: program, over: rootfs).run(options: ["--stats"]))
        #expect(large.fileBytesBeforeStart == small.fileBytesBeforeStart)
        #expect(large.indexBytesBeforeStart - small.indexBytesBeforeStart <= 8 * 4096)
    }

    @Test("The trace lists calls by name with their results") func trace() throws {
        let run = try Enclave(running: ["/usr/bin/busybox", "cat", "/absent"]).run(environment: ["INCLAVARE_LOG": "trace"])
        #expect(run.errors.contains("openat(...) = -1 ENOENT (No such file or directory)"))
        #expect(run.errors.contains("write(..."))
        #expect(!run.errors.contains("\"/absent\""))
    }

    @Test("A manifest that turns the trace off shows the host no calls") func silence() throws {
        let manifest = "entrypoint = \"/usr/bin/busybox\"\nargs = [\"busybox\", \"true\"]\ntrace = \"off\"\n\(Enclave.small)"
        let run = try Enclave(manifest).run(environment: ["INCLAVARE_LOG": "trace"])
        #expect(run.status == 0)
        #expect(run.errors.contains("the host sees no calls") && !run.errors.contains("(...)"))
    }

    private func sparse(_ path: String, _ size: UInt64) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.truncate(atOffset: size)
        try file.close()
    }
}
