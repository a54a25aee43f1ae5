import Glibc
import Testing

@Suite("Programs that want nothing of SGX", .enabled(if: Release.isUsable, Release.need))
struct OrdinaryProgramTests {
    static let python = """
        import ctypes, faulthandler, mmap, os, signal, subprocess, tempfile, threading
        seen = []
        signal.signal(signal.SIGALRM, lambda *a: seen.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        faulthandler.enable()
        threads = [threading.Thread(target=lambda: sum(i * i for i in range(200000))) for _ in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        signal.setitimer(signal.ITIMER_REAL, 0)
        with tempfile.TemporaryFile() as f:
            f.write(b'x' * 8192); f.flush()
            m = mmap.mmap(f.fileno(), 8192); m[1] = 66; print(bytes(m[:3])); m.close()
        print(subprocess.run(['sh', '-c', 'echo $((6*7))'], capture_output=True).stdout, len(seen) > 0)
        pid = os.fork()
        if pid == 0: os._exit(3)
        print(os.waitpid(pid, 0)[1] >> 8)
        pid = os.fork()
        if pid == 0: ctypes.string_at(0)
        print(os.waitpid(pid, 0)[1] & 127)
        """

    static let commands: [[String]] = [
        ["python3", "-c", python],
        [
            "bash", "-c",
            "trap 'echo got' USR1; kill -USR1 $$; (ulimit -s 1024; seq 1000 | sort -R | sort -n | tail -1); exec 5<>/dev/null; exit 9",
        ],
        ["sh", "-c", "echo 'int main(void){return 42;}' | gcc -O2 -x c - -o \"$(mktemp -u)\" && echo compiled"],
        ["sh", "-c", "tar -C /usr/share/doc -cf - libc6 | xz -1 | xz -d | tar -tf - | wc -l"],
        ["perl", "-e", "$SIG{SEGV} = sub { print \"caught\\n\"; exit 5 }; kill 'SEGV', $$; sleep 1"],
        ["sh", "-c", "kill -SEGV $$"],
    ]

    @Test("behave as they do without the library", arguments: commands)
    func undisturbed(_ command: [String]) throws {
        let with = try SGXRun.run(command)
        let without = try Command.run(command)
        #expect(with.status == without.status && with.text == without.text, "\(with) \(without)")
        #expect(!with.text.isEmpty || without.status > 128, "it did something: \(without)")
    }

    @Test("find no device where the library was not asked for")
    func noDevice() throws {
        let look = ["python3", "-c", "import os; print(os.path.exists('/dev/sgx_enclave'))"]
        // Where a machine has SGX, the device is there anyway.
        #expect(try Command.run(look).text == (access("/dev/sgx_enclave", F_OK) == 0 ? "True\n" : "False\n"))
        #expect(try SGXRun.run(look).text == "True\n")
    }
}
