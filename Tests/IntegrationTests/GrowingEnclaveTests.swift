import Foundation
import Testing

/// Enclaves that start small: `memory` is a limit, and pages come as they are touched.
@Suite("Dynamic memory", .enabled(if: Release.isUsable, Release.need)) struct GrowingEnclaveTests {
    private static let fixed = "memory_mode = \"fixed\"\n"

    /// A tree of its own with the program `growth`.
    private static let tree: Result<(folder: TemporaryFolder, rootfs: String), any Error> = Result {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        try TestTree.compile("growth", into: rootfs)
        return (folder, rootfs)
    }

    private func enclave(_ arguments: [String], memory: String = "128M", dynamic: Bool = true, _ more: String = "") throws
        -> Enclave
    {
        let words = String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self).replacing("\\/", with: "/")
        return try Enclave(
            "entrypoint = \"\(arguments[0])\"\nargs = \(words)\nmemory = \"\(memory)\"\nthreads = 4\n"
                + (dynamic ? "" : Self.fixed) + more, over: Self.tree.get().rootfs)
    }

    private func growth(_ words: [String], memory: String = "128M", dynamic: Bool = true, options: [String] = []) throws -> Command
    {
        try enclave(["/app/growth"] + words, memory: memory, dynamic: dynamic).run(options: options)
    }

    private func expectOK(_ run: Command) { #expect(run.status == 0 && run.text.hasSuffix("ok\n"), "\(run.text)\(run.errors)") }

    @Test("busybox and python3 with threads run as they do with fixed memory", arguments: [true, false])
    func programs(rewriting: Bool) throws {
        let options = rewriting ? [] : ["--no-rewrite"]
        let busybox = try enclave(["/usr/bin/busybox", "sh", "-c", "echo $((6 * 7))"]).run(options: options)
        #expect(busybox.text == "42\n", "\(busybox.errors)")
        let script = """
            import threading, json, hashlib
            total = [0] * 4
            def work(n):
                for i in range(20000): total[n] += i
            threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
            for t in threads: t.start()
            for t in threads: t.join()
            data = bytearray(30 << 20)
            data[::4096] = b'x' * len(data[::4096])
            print(total, hashlib.sha256(data).hexdigest()[:8])
            """
        let python = try enclave(["/usr/bin/python3", "-c", script]).run(options: options)
        let outside = try Command.run(["chroot", Self.tree.get().rootfs, "/usr/bin/python3", "-c", script])
        #expect(python.text == outside.text, "\(python.errors)")
    }

    @Test("mmap and brk say ENOMEM at the limit, and all below it holds what was written", arguments: [true, false])
    func limit(dynamic: Bool) throws { expectOK(try growth(["limit"], memory: "64M", dynamic: dynamic)) }

    @Test("Reserved memory is refused by mprotect when memory is used up, and had when there is some again") func arena() throws {
        expectOK(try growth(["arena"], memory: "64M"))
    }

    @Test("python3 with threads gets a MemoryError at the limit and goes on") func memoryError() throws {
        let script = """
            import threading
            thread = threading.Thread(target=print, args=('thread',))
            thread.start()
            thread.join()
            blocks = []
            try:
                while True: blocks.append(bytearray(10 << 20))
            except MemoryError:
                count = len(blocks)
                blocks.clear()
            print(count > 8, sum(range(1000)))
            """
        let run = try enclave(["/usr/bin/python3", "-c", script]).run()
        #expect(run.text == "thread\nTrue 499500\n", "\(run.errors)")
    }

    @Test("Two hundred threads with stacks of 8 MiB run in an enclave of 64 MiB") func threads() throws {
        expectOK(try growth(["threads", "200"], memory: "64M"))
    }

    @Test("Mappings that come and go in four threads are always of zeros", arguments: [true, false])
    func churn(dynamic: Bool) throws { expectOK(try growth(["churn"], dynamic: dynamic)) }

    @Test("Guard pages, reservations and what was unmapped fault; calls fail on them and commit what is untouched")
    func guards() throws {
        expectOK(try growth(["guards"]))
        expectOK(try growth(["guards"], options: ["--no-rewrite"]))
    }

    @Test("Code that the program makes runs; with dynamic memory data does not") func code() throws {
        expectOK(try growth(["code", "enforced"]))
        expectOK(try growth(["code"], dynamic: false))
    }

    @Test("MAP_NORESERVE beyond the limit is SIGBUS where it is touched, with a line that says so; MADV_DONTNEED frees it")
    func overcommit() throws {
        let run = try growth(["overcommit"])
        expectOK(run)
        #expect(run.errors.contains("the manifest's memory, 128 MiB, is used up"), "\(run.errors)")
    }

    @Test("mremap moves what was touched", arguments: [true, false])
    func moved(dynamic: Bool) throws { expectOK(try growth(["moved"], dynamic: dynamic)) }

    @Test("With 32 MiB of EPC a limit of 256 MiB is no price; what the EPC does not hold is SIGBUS, and one line says why")
    func smallEPC() throws {
        let small = ["INCLAVARE_SGX_EPC": "32M+0"]
        expectOK(try enclave(["/app/growth", "guards"], memory: "256M").run(environment: small))
        let greedy = try enclave(["/app/growth", "limit"], memory: "256M").run(environment: small)
        #expect(greedy.status == 128 + SIGBUS, "\(greedy.text)\(greedy.errors)")
        #expect(greedy.errors.contains("the host gave none; its EPC is used up"))
        let fixed = try enclave(["/app/growth", "guards"], memory: "256M", dynamic: false).run(environment: small)
        #expect(fixed.status != 0 && fixed.errors.contains("no EPC is left"), "\(fixed.errors)")
    }

    @Test("The enclave has what it touched, not what it might, and gives back what it released") func sizes() throws {
        let small = try RunReport(growth(["moved"], memory: "1G", options: ["--stats"]))
        #expect(small.peakMemoryBytes < 24 << 20)
        let fixed = try RunReport(growth(["moved"], dynamic: false, options: ["--stats"]))
        #expect(fixed.peakMemoryBytes >= 128 << 20)
        let released = try RunReport(growth(["overcommit"], options: ["--stats"]))
        #expect(released.returnedPages > 20000)
    }
}
