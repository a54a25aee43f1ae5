import Foundation
import Testing

/// Calls of the host without exits, in enclaves whose manifest says `exitless`: counted, never timed.
@Suite("Calls without exits", .enabled(if: Release.isUsable, Release.need)) struct ExitlessTests {
    private static let manifest = "exitless = true\n"

    private func count(_ calls: [String: Int], _ name: String) -> Int { calls[name] ?? 0 }

    @Test("Twenty thousand writes: every one is made, without an exit where a thread of the host looks for them")
    func writes() throws {
        let command = ["/usr/bin/busybox", "dd", "if=/dev/zero", "bs=1", "count=20000"]
        let enclave = try Enclave(running: command, Self.manifest)
        let never = try enclave.run(options: ["--stats", "--exitless", "never"])
        let always = try enclave.run(options: ["--stats", "--exitless", "always"])
        for run in [never, always] {
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output == Data(count: 20000))
        }
        let (without, with) = (try RunReport(never), try RunReport(always))
        #expect(without.exitlessCalls.isEmpty)
        #expect(count(without.hostCalls, "writeStream") >= 20000)
        let exitless = count(with.exitlessCalls, "writeStream")
        // What was declined, or taken back, was made with an exit.
        #expect(exitless + count(with.hostCalls, "writeStream") == count(without.hostCalls, "writeStream"))
        print("writes: \(exitless) of 20000 without an exit")
        // On a machine that others use as well the thread may not run when it is wanted.
        #expect(exitless > 2000)
    }

    @Test("An enclave whose manifest does not say so makes every call with an exit") func optIn() throws {
        let command = ["/usr/bin/busybox", "dd", "if=/dev/zero", "bs=1", "count=2000"]
        let run = try Enclave(running: command).run(options: ["--stats", "--exitless", "always"])
        let report = try RunReport(run)
        #expect(report.exitlessCalls.isEmpty && count(report.hostCalls, "writeStream") >= 2000)
    }

    @Test("redis-server answers as ever, and its sockets need fewer exits than they make calls") func redis() throws {
        let enclave = try Enclave(example: "redis") { $0 = Self.manifest + $0 }
        let server = try RunningApplication(enclave, options: ["--stats", "--exitless", "always"])
        try server.wait(forPort: 6379)
        let client = ["chroot", enclave.rootfs, "/usr/bin/redis-cli"]
        let stored = try server.ask(client, input: Data("set greeting hello\nappend greeting !\nget greeting\n".utf8))
        #expect(stored.text == "OK\n6\nhello!\n", "\(stored.errors) \(server.errors)")
        let load = try server.ask(
            ["chroot", enclave.rootfs, "/usr/bin/redis-benchmark", "-n", "5000", "-d", "100", "--csv", "-t", "set,get"])
        #expect(load.status == 0 && load.text.split(separator: "\n").count == 3, "\(load.text) \(load.errors)")
        _ = try server.ask(client + ["shutdown", "nosave"])
        #expect(try server.end() == 0, "\(server.output)")
        let report = try RunReport(errors: server.errors)
        let (without, with) = (count(report.exitlessCalls, "sendSocket"), count(report.hostCalls, "sendSocket"))
        print("redis: \(without) sends without an exit, \(with) with one; exits \(report.hostCalls)")
        // A request of a hundred bytes each, and its answer.
        #expect(without + with > 10000 && without > 1000)
    }

    @Test("A thread that waits for stdin keeps nobody's socket calls waiting") func blockedInput() throws {
        let script = """
            import os, socket, sys, threading
            threading.Thread(target=sys.stdin.read, daemon=True).start()
            ears = socket.create_server(('127.0.0.1', 0))
            one = socket.create_connection(ears.getsockname())
            other = ears.accept()[0]
            for number in range(3000):
                one.sendall(b'%d\\\\n' % number)
                assert other.recv(100) == b'%d\\\\n' % number
            os.write(1, b'3000 lines\\\\n')
            os._exit(7)
            """
        let enclave = try Enclave(
            "entrypoint = \"/usr/bin/python3\"\nargs = [\"python3\", \"-c\", \"\"\"\(script)\"\"\"]\n\(Enclave.small)\(Self.manifest)"
        )
        // Nobody ever writes to it.
        let pipe = Pipe()
        let run = try RunningApplication(
            enclave, options: ["--stats", "--exitless", "always"], input: pipe.fileHandleForReading)
        #expect(try run.end() == 7, "\(run.errors)")
        #expect(run.output == "3000 lines\n")
        #expect(count(try RunReport(errors: run.errors).exitlessCalls, "sendSocket") > 300)
        try pipe.fileHandleForWriting.close()
    }

    @Test("A program that ends while its threads are in the middle of calls ends with its status") func endings() throws {
        let script = """
            import os, socket, threading, time
            def talk():
                one, other = socket.socketpair(socket.AF_UNIX)
                ears = socket.create_server(('127.0.0.1', 0))
                one = socket.create_connection(ears.getsockname())
                while True:
                    one.send(b'x')
                    os.write(1, b'.')
            for _ in range(4): threading.Thread(target=talk, daemon=True).start()
            time.sleep(0.2)
            os._exit(5)
            """
        for memory in ["fixed", "dynamic"] {
            let enclave = try Enclave(
                "entrypoint = \"/usr/bin/python3\"\nargs = [\"python3\", \"-c\", \"\"\"\(script)\"\"\"]\n"
                    + "memory_mode = \"\(memory)\"\n\(Enclave.small)\(Self.manifest)")
            for _ in 0..<5 {
                let run = try RunningApplication(enclave, options: ["--exitless", "always"])
                // Four busy vCPUs and a host thread that never rests: on few processors with other work it takes its time.
                #expect(try run.end(within: 120) == 5, "\(run.errors)")
            }
        }
    }
}
