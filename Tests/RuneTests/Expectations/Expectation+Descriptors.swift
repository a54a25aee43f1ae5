import CLinux
import Foundation

extension Expectation {
    /// Descriptors that go in and out: sockets of callers, of service managers, of those who answer a filter's questions.
    static let descriptors: [Expectation] = [
        Expectation(
            "create sends the first process's pidfd", differs: [.crun: "1.8.1 does not know it", .runc: "1.1.5 does not know it"]
        ) {
            trial in
            let socket = try DescriptorSocket(at: trial.folder + "/pidfd.sock")
            let create = try trial.start(running: "create", "--bundle", trial.bundle, "--pidfd-socket", socket.path, trial.id)
            try expect(create.wait(), 0, "status: \(create.errors.text)")
            try expect(Trial.process(of: socket.receive().descriptor), trial.pid(), "the process of the pidfd")
        },
        Expectation("exec sends its process's pidfd", differs: [.crun: "1.8.1 does not know it", .runc: "1.1.5 does not know it"]) {
            trial in
            trial.program("sleep 60")
            try trial.launch()
            let socket = try DescriptorSocket(at: trial.folder + "/pidfd.sock")
            let words = ["exec", "--detach", "--pid-file", trial.folder + "/pid", "--pidfd-socket", socket.path, trial.id]
            let exec = try RunningProgram(trial.arguments(words + ["/inside", "sleep", "60"]))
            try expect(exec.wait(), 0, "status: \(exec.errors.text)")
            try expect(Trial.process(of: socket.receive().descriptor), Int32(trial.read("pid")) ?? 0, "the process of the pidfd")
        },
        Expectation("exec sends the master of its terminal to a console socket") { trial in
            trial.program("sleep 60")
            try trial.launch()
            let socket = try DescriptorSocket(at: trial.folder + "/console.sock")
            let words = [
                "exec", "--detach", "--tty", "--console-socket", socket.path, trial.id, "/inside", "terminal", ",", "sleep", "2",
            ]
            let exec = try RunningProgram(trial.arguments(words))
            try expect(exec.wait(), 0, "status: \(exec.errors.text)")
            let master = try socket.receive().descriptor
            var text = ""
            var bytes = [UInt8](repeating: 0, count: 4096)
            while !text.contains("foreground") {
                var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, 5000) > 0 else { throw Unmet("the terminal says nothing more than \(text)") }
                let count = read(master, &bytes, bytes.count)
                guard count > 0 else { throw Unmet("the terminal ended after \(text)") }
                text += String(decoding: bytes[..<count], as: UTF8.self)
            }
            try expect(text.contains("terminal /dev/pts/") && text.contains("foreground 1"), text)
        },
        Expectation(
            "sockets of a service manager reach the program, and preserved descriptors after them",
            differs: [.crun: "1.8.1 announces none beside those that are preserved"]
        ) { trial in
            trial.program("descriptors , environment")
            let file = try OutputFile()
            let manager = ["sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web exec \"$@\"", "sh"]
            let seen = try trial.run(
                "--preserve-fds", "1", under: manager, descriptors: [file.descriptor, file.descriptor, file.descriptor])
            try expect(seen.all("descriptor"), ["0", "1", "2", "3", "4"], "descriptors; \(seen.errors)")
            let environment = seen.all("environment")
            try expect(environment.contains("LISTEN_FDS=1") && environment.contains("LISTEN_PID=1"), "\(environment)")
        },
        Expectation(
            "sockets that were passed to another process, or that cannot be, are no sockets",
            differs: [.crun: "announces them", .runc: "runs out of memory"]
        ) { trial in
            trial.program("descriptors , environment")
            for words in ["LISTEN_PID=1 LISTEN_FDS=1", "LISTEN_PID=$$ LISTEN_FDS=4294967295", "LISTEN_PID=$$ LISTEN_FDS=-1"] {
                let seen = try trial.run(under: ["sh", "-c", words + " exec \"$@\"", "sh"])
                try expect(seen.status, 0, "\(words): \(seen.errors)")
                try expect(seen.all("descriptor"), ["0", "1", "2"], "\(words): descriptors")
                try expect(!seen.all("environment").contains { $0.hasPrefix("LISTEN") }, "\(words): environment")
            }
        },
        Expectation("the program outside answers a call that is asked about, and knows whose it is") { trial in
            trial.program("call 110")
            var filter = Trial.filter(refusing: ["getppid"], action: "SCMP_ACT_NOTIFY")
            let socket = try DescriptorSocket(at: trial.folder + "/agent.sock")
            filter["listenerPath"] = socket.path
            filter["listenerMetadata"] = "for the agent"
            trial.change("linux", ["seccomp": filter])
            let running = try trial.start(running: "run", "--bundle", trial.bundle, trial.id)
            let (listener, text) = try socket.receive()
            let message = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
            try expect(message["fds"] as? [String], ["seccompFd"], "fds")
            try expect(message["metadata"] as? String, "for the agent", "metadata")
            let state = message["state"] as? [String: Any]
            try expect(state?["id"] as? String, trial.id, "state.id")
            try expect((message["pid"] as? Int ?? 0) > 0 && message["ociVersion"] is String, text)
            try expect(Trial.answerCall(at: listener, with: 4711), 110, "the call that is asked about")
            try expect(running.wait(), 0, "status: \(running.errors.text)")
            try expect(running.output.text, "call 110 ok 4711\n", "output")
        },
    ]
}

extension Trial {
    /// Whom a pidfd means.
    static func process(of pidfd: Int32) throws -> Int32 {
        let facts = try String(contentsOfFile: "/proc/self/fdinfo/\(pidfd)", encoding: .utf8)
        return facts.split(separator: "\n").first { $0.hasPrefix("Pid:") }.flatMap { Int32($0.split(separator: "\t")[1]) } ?? 0
    }

    /// Lets the next call that the filter asks about return `value`; the number of the call (linux/seccomp.h).
    static func answerCall(at listener: Int32, with value: Int64) throws -> Int32 {
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 10_000) > 0 else { throw Unmet("no call was asked about") }
        // struct seccomp_notif: u64 id, u32 pid, u32 flags, i32 call …; struct seccomp_notif_resp: u64 id, i64 value, i32 error, u32 flags.
        let question = UnsafeMutableRawPointer.allocate(byteCount: 80, alignment: 8)
        let answer = UnsafeMutableRawPointer.allocate(byteCount: 24, alignment: 8)
        defer {
            question.deallocate()
            answer.deallocate()
        }
        question.initializeMemory(as: UInt8.self, repeating: 0, count: 80)
        answer.initializeMemory(as: UInt8.self, repeating: 0, count: 24)
        guard ioctl(listener, 0xc050_2100, question) == 0 else { throw Unmet("the question cannot be read: \(errno)") }
        answer.storeBytes(of: question.load(as: UInt64.self), as: UInt64.self)
        answer.storeBytes(of: value, toByteOffset: 8, as: Int64.self)
        guard ioctl(listener, 0xc018_2101, answer) == 0 else { throw Unmet("the answer is not taken: \(errno)") }
        return question.load(fromByteOffset: 16, as: Int32.self)
    }
}
