import Foundation
import Testing

/// Unmodified Debian binaries in an enclave, with their system-call sites rewritten and without.
@Suite("Programs in an enclave", .enabled(if: Release.isUsable, Release.need)) struct ProgramTests {
    @Test("busybox echoes", arguments: [true, false]) func echo(rewriting: Bool) throws {
        let enclave = try Enclave(running: ["/usr/bin/busybox", "echo", "hello", "enclave"])
        #expect(try text(enclave, rewriting) == "hello enclave\n")
    }

    @Test("busybox's shell counts to a thousand", arguments: [true, false]) func shell(rewriting: Bool) throws {
        let script = "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done; echo $i"
        let enclave = try Enclave(running: ["/usr/bin/busybox", "sh", "-c", script])
        #expect(try text(enclave, rewriting) == "1000\n")
    }

    @Test("The dynamic /bin/echo runs, found through the links of its path", arguments: [true, false]) func dynamic(rewriting: Bool)
        throws
    {
        let enclave = try Enclave(running: ["/bin/echo", "dynamic"])
        #expect(try text(enclave, rewriting) == "dynamic\n")
    }

    @Test("python3 runs a line", arguments: [true, false]) func python(rewriting: Bool) throws {
        #expect(try python("print(6 * 7)", rewriting) == "42\n")
    }

    @Test("python3 works with four threads", arguments: [true, false]) func threads(rewriting: Bool) throws {
        let script = """
            import threading
            total = [0] * 4
            def work(n):
                for i in range(20000): total[n] += i
            threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
            for t in threads: t.start()
            for t in threads: t.join()
            print(total)
            """
        #expect(try python(script, rewriting) == "[199990000, 199990000, 199990000, 199990000]\n")
    }

    @Test("python3 makes an SSL context, and derives the key that it derives outside") func ssl() throws {
        let script = """
            import ssl, hashlib, os
            context = ssl.create_default_context()
            key = hashlib.pbkdf2_hmac('sha256', b'password', b'salt', 1000).hex()
            print(context.protocol.name, key, len(os.urandom(32)))
            """
        let outside = try Command.run(["chroot", TestTree.shared.get(), "/usr/bin/python3", "-c", script])
        #expect(outside.text.hasPrefix("PROTOCOL_TLS_CLIENT "))
        #expect(try python(script) == outside.text)
    }

    @Test("python3 keeps a database in memory and in /tmp") func sqlite() throws {
        let script = """
            import sqlite3
            for where in ':memory:', '/tmp/test.db':
                db = sqlite3.connect(where)
                db.execute('create table t (n integer)')
                db.executemany('insert into t values (?)', [(n,) for n in range(1000)])
                db.commit()
                print(db.execute('select sum(n) from t').fetchone()[0])
            """
        #expect(try python(script) == "499500\n499500\n")
    }

    @Test("python3 reads and writes JSON") func json() throws {
        let script = """
            import json
            print(json.dumps(json.loads('{"b": [1, 2.5, null], "a": "ü"}'), sort_keys=True))
            """
        #expect(try python(script) == "{\"a\": \"\\u00fc\", \"b\": [1, 2.5, null]}\n")
    }

    @Test("A program reads what the host pipes to its standard input") func input() throws {
        let enclave = try Enclave(running: ["/usr/bin/busybox", "cat"])
        let bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let run = try enclave.run(input: bytes)
        #expect(run.output == bytes)
    }

    @Test("The exit status and the ending signal of a program are those of the run") func endings() throws {
        #expect(try Enclave(running: ["/usr/bin/busybox", "sh", "-c", "exit 7"]).run().status == 7)
        #expect(try Enclave(running: ["/usr/bin/python3", "-c", "import os; os.kill(os.getpid(), 15)"]).run().status == 143)
    }

    @Test("Programs find in an enclave what Linux promises", arguments: ["fairness", "memory", "registers", "signals", "threads"])
    func promises(program: String) throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        try TestTree.compile(program, into: rootfs)
        let native = try Command.run(["\(rootfs)/app/\(program)"])
        // Stacks are committed whole, so many threads want small ones.
        let enclave = try Enclave(running: ["/app/\(program)"], over: rootfs, "[limits]\nstack = 1048576\n")
        for rewriting in [true, false] {
            let run = try enclave.run(options: rewriting ? [] : ["--no-rewrite"])
            #expect(run.status == 0, "\(run.text) \(run.errors)")
            #expect(run.text == native.text)
        }
    }

    private func python(_ script: String, _ rewriting: Bool = true) throws -> String {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        try Data(script.utf8).write(to: URL(filePath: "\(rootfs)/app/test.py"))
        return try text(Enclave(running: ["/usr/bin/python3", "/app/test.py"], over: rootfs), rewriting)
    }

    private func text(_ enclave: Enclave, _ rewriting: Bool) throws -> String {
        let run = try enclave.run(options: rewriting ? [] : ["--no-rewrite"])
        #expect(run.status == 0, "\(run.errors)")
        return run.text
    }
}
