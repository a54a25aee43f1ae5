import Foundation
import Testing

/// Enclave runtimes of others, as libraries of the PAL API: loaded by `rune-pal`, one for each version, and ones that misbehave.
@Suite(.serialized, .enabled(if: Runtime.canRun && AdministratedHost.palHost != nil, "needs root, gcc, rune and rune-pal"))
struct EnclaveLibraryTests {
    /// A trial on a host whose administrator names the library `other`.
    private func trial(
        _ library: TestLibrary, arguments: String = "x", more: String = "", _ body: (Trial) throws -> Void
    ) throws {
        let host = try AdministratedHost(
            "pal_host = \"\(AdministratedHost.palHost ?? "")\"\n[runtimes.other]\nlibrary = \"\(library.path)\"\n\(more)\n")
        defer { host.cleanUp() }
        defer { library.cleanUp() }
        let trial = try Trial(host.runtime)
        defer { trial.cleanUp() }
        trial.configuration["annotations"] = [
            "enclave.type": "intelSgx", "enclave.runtime.name": "other", "enclave.runtime.args": arguments,
            "enclave.runtime.loglevel": "debug",
        ]
        trial.change(
            "process", ["args": ["name", "a b"], "cwd": "/tmp", "env": ["PATH=/bin", "A=b c", "LD_PRELOAD=/usr/lib/x.so"]])
        try body(trial)
        try trial.removeContainers()
        #expect(trial.leftovers() == [])
    }

    @Test(arguments: [1, 2, 3])
    func theLibraryRunsTheProgramWithWhatTheConfigurationSays(version: Int) throws {
        try trial(TestLibrary(version: version), arguments: "first,second") { trial in
            let seen = try trial.run()
            #expect(seen.status == 5, "\(seen.errors)")
            let enclave = version == 3 ? " fd=-1 addr=0" : ""
            #expect(seen["init"] == "args=first second level=debug\(enclave) cwd=/tmp host-root=hidden ld=none")
            let environment = version == 1 ? "" : " {PATH=/bin} {A=b c} {LD_PRELOAD=/usr/lib/x.so}"
            #expect(seen["exec"] == "path=name streams=0,1,2 [name] [a b]\(environment)")
            #expect(seen.lines.last == "destroy")
        }
    }

    @Test func createInitialisesTheEnclaveAndStartRunsTheProgram() throws {
        try trial(TestLibrary(version: 2), arguments: "wait", more: "attest_from_host = true") { trial in
            try trial.create().succeeded("create")
            #expect(try trial.status() == "created")
            #expect(trial.output.text.hasPrefix("init ") && !trial.output.text.contains("exec "))
            try trial.command("start", trial.id).succeeded("start")
            try trial.wait(for: "running")
            try trial.command("exec", trial.id, "/inside").failed(saying: "its program runs inside an enclave (runtime other)")
            try trial.command("attest", trial.id, "--report").failed(saying: "has no reports")
            try trial.command("kill", trial.id, "TERM").succeeded("kill")
            #expect(try trial.ended().lines.contains("kill -1 15"))
        }
    }

    @Test func aSignalTheLibraryDoesNotTakeEndsTheContainerIfItIsOneThatEnds() throws {
        for version in [1, 2] {
            try trial(TestLibrary(version: version), arguments: "wait,deaf") { trial in
                let running = try trial.start(running: "run", "--bundle", trial.bundle, trial.id)
                for _ in 0..<500 where (try? trial.status()) != "running" { usleep(10_000) }
                try trial.command("kill", trial.id, "USR1").succeeded("kill")
                usleep(100_000)
                #expect(try trial.status() == "running")
                try trial.command("kill", trial.id, "TERM").succeeded("kill")
                #expect(try running.wait() == 128 + 15)
            }
        }
    }

    @Test(arguments: [
        ("enoent", "pal_init failed: -2 (No such file or directory); it said: the AESM service is not there"),
        ("leave", "ended its process in pal_init: exit status 7"),
        ("crash", "ended its process in pal_init: killed by signal 11; it said: about to crash"),
    ])
    func whatGoesWrongInTheLibraryIsAnErrorOfCreateWithItsWords(arguments: String, message: String) throws {
        try trial(TestLibrary(version: 3), arguments: arguments) { trial in
            try trial.create().failed(saying: "the enclave runtime other (")
            #expect(trial.errors.text.contains(message), "\(trial.errors.text)")
        }
    }

    @Test(arguments: [
        (["IN_CONSTRUCTOR=exit(1)"], "ended its process while it was loaded: exit status 1; it said: no enclave device"),
        (["IN_CONSTRUCTOR=abort()"], "ended its process while it was loaded: killed by signal 11; it said: no enclave device"),
        (["WITHOUT_EXEC"], "it has version 2 of the PAL API, but no pal_exec"),
    ])
    func aLibraryThatCannotBeUsedIsNamedWithItsCause(words: [String], message: String) throws {
        try trial(TestLibrary(defining: words[0])) { try $0.create().failed(saying: message) }
    }

    @Test func aVersionNobodyKnowsAndAFileThatIsNoLibraryAreRefused() throws {
        try trial(TestLibrary(version: 4)) { try $0.create().failed(saying: "it has version 4 of the PAL API; 1 to 3 are known") }
        try trial(TestLibrary()) { trial in
            trial.configuration["annotations"] = ["enclave.type": "intelSgx", "enclave.runtime.path": "/tmp/not-named.so"]
            try trial.create().failed(
                saying: "the annotation enclave.runtime.path is refused: no runtime in /etc/inclavare/config.toml")
        }
        let library = try TestLibrary()
        try Data("no library".utf8).write(to: URL(filePath: library.path))
        try trial(library) { try $0.create().failed(saying: "cannot load it: ") }
        let writable = try TestLibrary()
        chmod(writable.path, 0o777)
        try trial(writable) { try $0.create().failed(saying: "can be written by others than root") }
    }

    @Test func aReportIsForWhomTheHostSaysWhereTheAdministratorAllowsItAndNeverOverBytesOfTheHost() throws {
        try trial(TestLibrary(version: 3), arguments: "wait", more: "attest_from_host = true") { trial in
            try trial.launch()
            try trial.wait(for: "running")
            let target = try trial.write("target", String(repeating: "t", count: 512))
            let printed = try trial.command("attest", trial.id, "--target-info", target, "--format", "json").succeeded("attest")
                .output
            let evidence = try #require(JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any])
            #expect(evidence["mrenclave"] as? String == String(repeating: "74", count: 32))
            #expect(evidence["nonce"] as? String == "" && evidence["reportData"] as? String == String(repeating: "00", count: 64))
            try trial.command("attest", trial.id, "--report", "--nonce", "00").failed(saying: "binds no nonce")
        }
        try trial(TestLibrary(version: 3), arguments: "wait") { trial in
            try trial.launch()
            try trial.wait(for: "running")
            try trial.command("attest", trial.id, "--report").failed(
                saying: "set attest_from_host in its part of the configuration")
        }
    }

    /// Puts code that leaves a mark wherever a library could be made to load or run something of the image.
    private func makeHostile(_ trial: Trial) throws {
        let hostile = try TestLibrary("hostile.c")
        defer { hostile.cleanUp() }
        let places = [
            "lib64/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/libnss_evil.so.2", "lib/x86_64-linux-gnu/libgcc_s.so.1",
            "lib/x86_64-linux-gnu/libsgx_urts.so", "usr/lib/libsgx_urts.so", "usr/lib/x.so",
        ]
        for place in places {
            let file = URL(filePath: trial.rootfs + "/" + place)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: URL(filePath: hostile.path), to: file)
        }
        try FileManager.default.copyItem(at: URL(filePath: "/bin/true"), to: URL(filePath: trial.rootfs + "/bin/program"))
        try trial.write("bundle/rootfs/etc/nsswitch.conf", "passwd: evil\nhosts: evil\n")
    }

    @Test func nothingOfAnImageRunsOutsideTheEnclave() throws {
        try trial(TestLibrary(version: 2), arguments: "image") { trial in
            try makeHostile(trial)
            let seen = try trial.run()
            #expect(seen.status == 5, "\(seen.errors)")
            #expect(seen["image-file"] == "there")
            for attempt in ["dlopen-name", "dlopen-path", "map", "protect"] { #expect(seen[attempt] == "refused", "\(attempt)") }
            #expect(seen["exec"] == "refused 13")
            #expect(seen["marker"] == "missing")
        }
    }

    /// Else the attempts would prove nothing.
    @Test func theSameAttemptsSucceedWhereAHostForbidsNothing() throws {
        let library = try TestLibrary(version: 2)
        defer { library.cleanUp() }
        let host = try TestLibrary("weak-host.c", linking: ["-fPIE", "-pie"])
        defer { host.cleanUp() }
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try makeHostile(trial)
        let seen = Observation(try RunningProgram([host.path, library.path, trial.rootfs]).finish())
        for attempt in ["dlopen-name", "dlopen-path"] { #expect(seen[attempt] == "loaded", "\(attempt)") }
        #expect(seen["map"] == "mapped" && seen["protect"] == "allowed" && seen["marker"] == "there")
    }
}
