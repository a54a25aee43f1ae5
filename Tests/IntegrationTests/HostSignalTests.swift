import Foundation
import Testing

/// Signals that are sent to the process outside reach the program inside, as far as its manifest lets them.
@Suite("Signals of the host", .enabled(if: Release.isUsable, Release.need)) struct HostSignalTests {
    private static let all = "[host]\nsignals = [\"TERM\", \"INT\", \"HUP\", \"QUIT\", \"USR1\", \"WINCH\", \"RTMIN+2\"]\n"

    private func start(_ script: String, _ more: String = Self.all, input: FileHandle? = nil) throws -> RunningApplication {
        let enclave = try Enclave(running: ["/usr/bin/python3", "-u", "-c", script], more)
        let application = try RunningApplication(enclave, input: input)
        try application.wait(forOutput: "ready")
        return application
    }

    private static let naming = """
        import signal
        def show(number, frame): print(signal.Signals(number).name)
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGWINCH, signal.SIGQUIT: signal.signal(number, show)
        print('ready')

        """

    @Test("Each handler runs, and a program that does not end at SIGTERM lives on; SIGKILL ends it") func handlers() throws {
        let application = try start(Self.naming + "while True: signal.pause()")
        for (signal, name) in [(SIGUSR1, "SIGUSR1"), (SIGWINCH, "SIGWINCH"), (SIGINT, "SIGINT"), (SIGQUIT, "SIGQUIT")] {
            application.send(signal)
            try application.wait(forOutput: name, within: 10)
        }
        application.send(SIGTERM)
        try application.wait(forOutput: "SIGTERM\n", within: 10)
        application.send(SIGTERM)
        try application.wait(forOutput: "SIGTERM\nSIGTERM\n", within: 10)
        #expect(try application.stop(SIGKILL) == 128 + SIGKILL)
    }

    @Test("A program that makes no calls is interrupted") func computing() throws {
        let script = """
            import signal
            going = True
            def stop(number, frame):
                global going
                going = False
            signal.signal(signal.SIGTERM, stop)
            print('ready')
            count = 0
            while going: count += 1
            raise SystemExit(3)
            """
        #expect(try start(script).stop() == 3)
    }

    @Test("A read of standard input ends with KeyboardInterrupt") func reading() throws {
        let pipe = Pipe()
        let application = try start("print('ready'); input()", input: pipe.fileHandleForReading)
        #expect(try application.stop(SIGINT) == 128 + SIGINT)
        #expect(application.errors.contains("KeyboardInterrupt"))
    }

    @Test("A program that waits for a signal learns that nobody it could know sent it") func information() throws {
        let script = """
            import signal
            numbers = {signal.SIGUSR1, signal.SIGRTMIN + 2}
            signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
            print('ready')
            for _ in range(2):
                found = signal.sigwaitinfo(numbers)
                print(found.si_signo, found.si_code, found.si_pid, found.si_uid)
            """
        let application = try start(script)
        application.send(SIGUSR1)
        try application.wait(forOutput: "10 0 0 0", within: 10)
        #expect(try application.stop(36) == 0)
        #expect(application.output.hasSuffix("36 0 0 0\n"))
    }

    @Test("Without a handler the default action ends the program: 128 and the signal", arguments: [SIGTERM, SIGHUP])
    func standardAction(signal: Int32) throws {
        #expect(try start("import time; print('ready'); time.sleep(60)").stop(signal) == 128 + signal)
    }

    @Test("A signal the manifest does not list ends the program from outside, whatever it handles") func unlisted() throws {
        let application = try start(Self.naming + "while True: signal.pause()", "[host]\nsignals = [\"TERM\"]\n")
        #expect(try application.stop(SIGINT) == 128 + SIGINT)
        #expect(!application.output.contains("SIGINT"))
    }

    @Test("A signal nobody lists and nothing ends by is kept from the program and does not end it", arguments: [SIGUSR1, SIGALRM])
    func refused(signal: Int32) throws {
        let application = try start(Self.naming + "while True: signal.pause()", "[host]\nsignals = [\"TERM\"]\n")
        application.send(signal)
        try application.wait(forOutput: "signal \(signal) is not in host.signals", within: 10)
        application.send(SIGTERM)
        try application.wait(forOutput: "SIGTERM\n", within: 10)
        #expect(try application.stop(SIGKILL) == 128 + SIGKILL)
        #expect(!application.output.contains("SIGUSR1"))
    }

    @Test("What the starter ignores the program ignores") func ignored() throws {
        let script = "import signal; print(signal.getsignal(signal.SIGHUP).name, signal.getsignal(signal.SIGTERM).name)"
        let enclave = try Enclave(running: ["/usr/bin/python3", "-c", script])
        let run = try Command.run(
            [
                "/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", Release.inclavare, "run", "--rootfs", enclave.rootfs,
                "\(enclave.folder.path)/enclave",
            ])
        #expect(run.text == "SIG_IGN SIG_DFL\n", "\(run.errors)")
    }

    @Test("A thousand signals in a row do no harm, and the last one is seen") func storm() throws {
        let script = """
            import signal
            def end(number, frame): raise SystemExit(5)
            signal.signal(signal.SIGUSR1, lambda number, frame: None)
            signal.signal(signal.SIGTERM, end)
            print('ready')
            while True: sum(range(1000))
            """
        let application = try start(script)
        for _ in 0..<1000 {
            application.send(SIGUSR1)
            usleep(100)
        }
        #expect(try application.stop() == 5)
    }

    @Test(
        "Names that are no signals of this kind are refused when the enclave is built", arguments: ["KILL", "SEGV", "STOP", "NONE"])
    func refused(name: String) throws {
        #expect(throws: Enclave.Refused.self) {
            try Enclave(running: ["/bin/true"], "[host]\nsignals = [\"\(name)\"]\n")
        }
    }
}
