import Foundation
import Testing

/// An enclave container behaves as every other: hooks, filters, limits, and who may choose it.
@Suite(.serialized, .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneEnclaveLifeTests {
    /// What Docker's default profile takes from a container without capabilities, as far as a host half could miss it.
    private static let refused = [
        "add_key", "bpf", "chroot", "fsconfig", "fsmount", "fsopen", "get_mempolicy", "io_uring_setup", "keyctl", "mbind", "mount",
        "mount_setattr", "move_mount", "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd", "pivot_root",
        "process_madvise", "request_key", "set_mempolicy", "setns", "sethostname", "umount2", "unshare", "userfaultfd",
    ]

    private static var filter: [String: Any] {
        [
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [
                ["names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38] as [String: Any],
                ["names": refused, "action": "SCMP_ACT_ERRNO"],
            ],
        ]
    }

    /// Threads of the host half are made after the filter: for signals, for the doorway, for turns.
    @Test(arguments: [true, false])
    func theHostHalfLivesUnderAFilterThatTakesWhatContainersMayNot(hasNoNewPrivileges: Bool) throws {
        let script = "trap 'exit 9' TERM; while true; do x=1; done"
        guard let bundle = try RuneBundle.withEnclave(["busybox", "sh", "-c", script], keys: "attest_from_host = true") else {
            return
        }
        bundle.change("linux", ["seccomp": Self.filter])
        bundle.change("process", ["noNewPrivileges": hasNoNewPrivileges])
        let created = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
        #expect(created.status == 0, "\(created.errors)")
        #expect(try bundle.rune("start", bundle.id).status == 0)
        #expect(try bundle.rune("attest", bundle.id, "--report").status == 0)
        #expect(try bundle.rune("kill", bundle.id, "TERM").status == 0)
        for _ in 0..<200 where try !bundle.rune("state", bundle.id).output.contains("stopped") { usleep(10_000) }
        #expect(try bundle.rune("delete", bundle.id).status == 0)
        #expect(try bundle.leftovers() == [])
    }

    @Test func aProgramThatOutgrowsTheContainersMemoryIsKilledAsEveryOther() throws {
        let script = "x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done"
        guard let bundle = try RuneBundle.withEnclave(["busybox", "sh", "-c", script]) else { return }
        bundle.change("linux", ["resources": ["memory": ["limit": 32 << 20]]])
        let result = try bundle.run()
        #expect(result.status == 137, "\(result.errors)")
        #expect(try bundle.leftovers() == [])
    }

    @Test func hooksOfAllKindsRunAroundAnEnclave() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "true"]) else { return }
        let log = bundle.folder.appendingPathComponent("log").path
        func hook(_ kind: String) -> [[String: Any]] { [["path": "/bin/sh", "args": ["sh", "-c", "echo \(kind) >>\(log)"]]] }
        var hooks: [String: Any] = [:]
        for kind in ["prestart", "createRuntime", "createContainer", "poststart", "poststop"] { hooks[kind] = hook(kind) }
        // In the container's own files, of which it can only write to /tmp: what it leaves there nobody sees, so it fails the start.
        hooks["startContainer"] = [["path": "/bin/busybox", "args": ["busybox", "touch", "/tmp/here"]]]
        bundle.configuration["hooks"] = hooks
        let result = try bundle.run()
        #expect(result.status == 0, "\(result.errors)")
        let ran = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(ran == ["prestart", "createRuntime", "createContainer", "poststart", "poststop"])
        hooks["startContainer"] = [["path": "/bin/busybox", "args": ["busybox", "false"]]]
        bundle.configuration["hooks"] = hooks
        #expect(try bundle.run().errors.contains("the startContainer hook /bin/busybox failed"))
        #expect(try bundle.leftovers() == [])
    }

    @Test func aMissingQuotingServiceIsAnErrorOfCreateWhereAttestationIsAskedFor() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "true"]) else { return }
        bundle.configuration["annotations"] = ["enclave.type": "intelSgx", "enclave.attestation.ra_type": "ecdsa"]
        let result = try configured(
            "quoting_socket = \"/tmp/no-service-here\"", bundle, "run", "--bundle", bundle.folder.path, bundle.id)
        #expect(result.status == 1)
        #expect(
            result.errors.contains(
                "attestation is asked for, and no quoting service is at /tmp/no-service-here: No such file or directory"))
        #expect(try bundle.leftovers() == [])
    }

    @Test func theAdministratorCanMakeEnclavesTheRuleAndLetTheEnvironmentChoose() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "true"]) else { return }
        func isEnclave(_ configuration: String) throws -> Bool {
            let result = try configured(configuration, bundle, "run", "--bundle", bundle.folder.path, bundle.id)
            #expect(result.status == 0, "\(result.errors)")
            return result.errors.contains("SIMULATED")
        }
        bundle.configuration["annotations"] = [String: String]()
        #expect(try !isEnclave(""))
        #expect(try isEnclave("default_type = \"intelSgx\""))
        bundle.change("process", ["env": ["PATH=/bin", "ENCLAVE_TYPE=intelSgx"]])
        #expect(try !isEnclave(""), "an image's environment counts for nothing")
        #expect(try isEnclave("allow_environment = true"))
        bundle.configuration["annotations"] = ["enclave.type": "none"]
        #expect(try !isEnclave("allow_environment = true\ndefault_type = \"intelSgx\""))
    }

    @Test func aConfigurationThatOthersCanWriteIsNotTrusted() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "true"]) else { return }
        let result = try configured("", mode: 0o666, bundle, "run", "--bundle", bundle.folder.path, bundle.id)
        #expect(
            result.status == 1 && result.errors.contains("which others can write: chown root and chmod go-w"), "\(result.errors)")
    }

    /// `rune` with an `/etc/inclavare/config.toml` that nobody else sees.
    private func configured(
        _ configuration: String, mode: Int = 0o644, _ bundle: RuneBundle, _ arguments: String...
    ) throws -> RuneOutput {
        try bundle.write()
        let folder = bundle.folder.appendingPathComponent("etc/inclavare")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("config.toml")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let script = "mount -t overlay -o lowerdir=\(folder.deletingLastPathComponent().path):/etc overlay /etc && exec \"$@\""
        return try RuneOutput(
            running: "/usr/bin/unshare",
            ["--mount", "sh", "-c", script, "sh", RuneBundle.executable, "--root", bundle.stateRoot.path] + arguments)
    }
}
