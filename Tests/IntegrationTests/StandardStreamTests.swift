import Foundation
import Testing

/// Standard streams are waited for as sockets are: in one place, told by events, without looking again and again.
@Suite("Standard streams", .enabled(if: Release.isUsable, Release.need)) struct StandardStreamTests {
    private static let waits = [
        "reading": "for line in iter(sys.stdin.readline, ''): print(line.strip(), flush=True)",
        "poll": """
        waiting = select.poll()
        waiting.register(0, select.POLLIN)
        while waiting.poll() and (data := os.read(0, 100)): print(data.decode().strip(), flush=True)
        """,
        "edges": """
        os.set_blocking(0, False)
        waiting = select.epoll()
        waiting.register(0, select.EPOLLIN | select.EPOLLET)
        while waiting.poll() and (data := os.read(0, 100)): print(data.decode().strip(), flush=True)
        """,
    ]

    /// One whose other end the program does not hold as well: it would never end.
    private static func pipe() -> Pipe {
        let pipe = Pipe()
        for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] { fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        return pipe
    }

    private func enclave(_ script: String) throws -> Enclave {
        try Enclave(running: ["/usr/bin/python3", "-c", "import os, select, sys, threading, time\n" + script])
    }

    /// The host calls of a run that is idle between two lines.
    private func report(_ enclave: Enclave, idle seconds: Double) throws -> (output: String, report: RunReport) {
        let pipe = Self.pipe()
        let application = try RunningApplication(enclave, options: ["--stats"], input: pipe.fileHandleForReading)
        try pipe.fileHandleForWriting.write(contentsOf: Data("one\n".utf8))
        try application.wait(forOutput: "one\n")
        Thread.sleep(forTimeInterval: seconds)
        try pipe.fileHandleForWriting.write(contentsOf: Data("two\n".utf8))
        try application.wait(forOutput: "two\n")
        try pipe.fileHandleForWriting.close()
        #expect(try application.end() == 0, "\(application.errors)")
        return (application.output, try RunReport(errors: application.errors))
    }

    @Test("A program that waits for standard input makes no exit however long it waits", arguments: waits.keys.sorted())
    func idle(kind: String) throws {
        let enclave = try enclave(try #require(Self.waits[kind]))
        let short = try report(enclave, idle: 0.2)
        let long = try report(enclave, idle: 3)
        #expect(short.output == "one\ntwo\n" && long.output == "one\ntwo\n")
        let more = long.report.hostCalls.values.reduce(0, +) - short.report.hostCalls.values.reduce(0, +)
        print("\(kind): \(more) more host calls in three idle seconds; \(long.report.hostCalls)")
        // Slices of 50 ms would make sixty.
        #expect(more < 12)
    }

    @Test("A thread that waits for input leaves the only vCPU to another") func oneVCPU() throws {
        let script = """
            reader = threading.Thread(target=lambda: print(sys.stdin.readline().strip(), flush=True))
            reader.start()
            print(sum(range(1000)), flush=True)
            reader.join()
            """
        let words = String(
            decoding: try JSONEncoder().encode(["python3", "-c", "import sys, threading\n" + script]), as: UTF8.self)
        let enclave = try Enclave("entrypoint = \"/usr/bin/python3\"\nargs = \(words)\nmemory = \"128M\"\nthreads = 1\n")
        let pipe = Self.pipe()
        let application = try RunningApplication(enclave, input: pipe.fileHandleForReading)
        try application.wait(forOutput: "499500\n")
        try pipe.fileHandleForWriting.write(contentsOf: Data("there\n".utf8))
        try application.wait(forOutput: "there\n", within: 10)
        #expect(try application.end() == 0)
    }

    @Test("A full pipe holds the program up and nobody else, and every byte comes out") func fullPipe() throws {
        let script = """
            ticks = []
            def tick():
                while len(ticks) < 20: time.sleep(0.01); ticks.append(1)
            threading.Thread(target=tick).start()
            os.write(1, b'x' * 1000000)
            os.write(2, b'%d ticks' % len(ticks))
            """
        let enclave = try enclave(script)
        let run = try Command.run(
            [
                "/bin/sh", "-c", "\"$@\" | (sleep 1; wc -c)", "sh", Release.inclavare, "run", "--rootfs", enclave.rootfs,
                "\(enclave.folder.path)/enclave",
            ])
        #expect(run.text.trimmingCharacters(in: .whitespacesAndNewlines) == "1000000")
        #expect(run.errors.contains("20 ticks"), "\(run.errors)")
    }

    @Test("A write that nobody reads raises SIGPIPE inside, and EPIPE where the program ignores that") func brokenPipe() throws {
        let script = """
            time.sleep(0.3)
            try: os.write(1, b'x' * 100)
            except BrokenPipeError: os.write(2, b'EPIPE\\n')
            """
        let enclave = try enclave(script)
        let run = try Command.run(
            [
                "/bin/sh", "-c", "\"$@\" | true", "sh", Release.inclavare, "run", "--rootfs", enclave.rootfs,
                "\(enclave.folder.path)/enclave",
            ])
        #expect(run.errors.contains("EPIPE"), "\(run.errors)")
    }

    @Test("/dev/null cannot be watched, as in Linux; reading it ends at once") func nothing() throws {
        let script = """
            try: select.epoll().register(0)
            except PermissionError: print('EPERM', sys.stdin.read() == '')
            """
        let enclave = try enclave(script)
        let null = try #require(FileHandle(forReadingAtPath: "/dev/null"))
        let application = try RunningApplication(enclave, input: null)
        #expect(try application.end() == 0)
        #expect(application.output == "EPERM True\n", "\(application.errors)")
    }
}
