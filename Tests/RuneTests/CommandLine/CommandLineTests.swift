import Foundation
import Testing

/// What callers write and read: options in their order, one line of error, the log, help.
@Suite(.enabled(if: Runtime.canRun, Runtime.need))
struct CommandLineTests {
    private func rune(_ words: String...) throws -> Finished {
        try RunningProgram(Runtime.ours[0].command + words).finish()
    }

    private static let noRoot = "/run/rune-test-none"

    @Test(arguments: [
        (["frobnicate"], "unknown command \"frobnicate\""), (["state"], "state: the container's ID is missing"),
        (["--systemd-cgroup", "state", "x"], "--systemd-cgroup is not supported"),
        (["kill", "x", "NOSIG"], "unknown signal \"NOSIG\""),
        (["create", "--frob", "x"], "unknown option \"--frob\""), (["state", "a/b"], "invalid container ID \"a/b\""),
        (["start", "a", "b"], "start: unexpected argument \"b\""),
        (["create", "-b", "/not/there", "x"], "cannot find the bundle /not/there"),
        (["--log-format", "xml", "list"], "unknown log format \"xml\""),
        (["--rootless=perhaps", "list"], "--rootless: true, false or auto"),
        (["--root"], "the option --root needs a value"), (["list", "--format", "yaml"], "list: unknown format \"yaml\""),
        (["create", "--preserve-fds", "many", "x"], "--preserve-fds: \"many\" is not a count"),
        (["delete", "--force=perhaps", "x"], "the option --force is true or false, not \"perhaps\""),
        (["checkpoint", "x"], "checkpoint is not supported"),
        (["restore", "x"], "restore is not supported"), (["help", "frobnicate"], "unknown command \"frobnicate\""),
        (["completion", "tcsh"], "unknown shell \"tcsh\""), (["completion"], "bash, zsh or fish is missing"),
    ])
    func aWrongCommandLineIsOneLineThatNamesIt(words: [String], message: String) throws {
        let result = try RunningProgram(Runtime.ours[0].command + ["--root", Self.noRoot] + words).finish()
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("rune: ") && result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.filter { $0 == "\n" }.count == 1)
        #expect(result.output.isEmpty)
    }

    @Test(arguments: ["--systemd-cgroup=false", "--rootless=true", "--rootless=auto", "--debug", "--debug=false"])
    func globalOptionsThatChangeNothingAreTaken(option: String) throws {
        #expect(try rune(option, "--root=\(Self.noRoot)", "list", "-q").status == 0)
    }

    @Test func errorsAreObjectsInTheJSONLog() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        let log = trial.folder + "/log.json"
        _ = try rune("--log", log, "--log-format=json", "--root", Self.noRoot, "state", "no\"body")
        _ = try rune("--log=\(log)", "--log-format", "json", "--frob")
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
            #expect(Set(object.keys) == ["level", "msg", "time"])
            #expect(object["level"] == "error")
            #expect(object["time"]?.hasSuffix("Z") == true)
        }
        #expect(lines[0].contains("invalid container ID"))
        #expect(lines[1].contains("--frob"))
    }

    @Test func theTextLogQuotesWhatItSays() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        let log = trial.folder + "/log"
        _ = try rune("--log", log, "--root", Self.noRoot, "state", "no\"body")
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(
            text.contains(#"level=error msg="invalid container ID \"no\\\"body\""#) || text.contains(#"\"no\"body\""#), "\(text)")
        #expect(text.filter { $0 == "\n" }.count == 1)
    }

    @Test func warningsGoToTheLogWhereThereIsOneAndNotAmongTheProgramsErrors() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        trial.change("process", ["capabilities": ["bounding": ["CAP_NONSENSE"]]])
        try trial.writeConfiguration()
        let log = trial.folder + "/log"
        let seen = try trial.command("--log", log, "run", "--bundle", trial.bundle, trial.id).succeeded("run")
        #expect(seen.errors.isEmpty, "\(seen.errors)")
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("CAP_NONSENSE"))
    }

    /// As podman calls without privileges: root of a namespace, under the user's name.
    @Test(arguments: [("tester", "/proc/none"), (nil, "/proc/none"), ("root", "/run/rune")])
    func inAUsersOwnNamespaceStatesAreBelowTheUsersFolder(user: String?, root: String) throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.writeConfiguration()
        // Nothing may be written in /run there: either way the error names the folder.
        let script = "mount -t tmpfs -o ro none /run && exec \"$@\""
        let namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
        let create = Runtime.ours[0].command + ["create", "--bundle", trial.bundle, trial.id]
        var environment = ["XDG_RUNTIME_DIR": "/proc/none"]
        environment["USER"] = user
        let seen = try RunningProgram(namespace + create, environment: environment).finish()
        #expect(seen.status != 0 && seen.errors.contains("cannot make the directory \(root)"), "\(seen.errors)")
    }

    @Test func aRelativeRootIsBelowTheCurrentDirectory() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.create().succeeded("create")
        let steps = FileManager.default.currentDirectoryPath.split(separator: "/").map { _ in ".." }.joined(separator: "/")
        let listed = try rune("--root", steps + trial.stateRoot, "list", "-q")
        #expect(listed.output == trial.id + "\n", "\(listed.errors)")
    }

    @Test func optionsStandBeforeAndAfterTheID() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        trial.program("await")
        try trial.writeConfiguration()
        let pidFile = trial.folder + "/pid"
        let words = trial.arguments(["create", trial.id, "--bundle=\(trial.bundle)", "--pid-file", pidFile, "--no-new-keyring"])
        try RunningProgram(words).finish().succeeded("create")
        #expect(access(pidFile, F_OK) == 0)
        try trial.command("start", "--", trial.id).succeeded("start")
        try trial.command("kill", trial.id, "9", "--all").succeeded("kill")
        try trial.wait(for: "stopped")
        try trial.command("kill", "--all", trial.id, "KILL").succeeded("kill --all of a stopped container")
        try trial.command("delete", trial.id, "--force").succeeded("delete")
        #expect(trial.leftovers().isEmpty)
    }

    @Test func theVersionNamesTheSpecifications() throws {
        let text = try rune("--version").output
        #expect(text.hasPrefix("rune version "))
        #expect(text.contains("\nspec: 1."))
    }

    @Test func eachCommandExplainsItself() throws {
        let overview = try rune("--help")
        #expect(overview.status == 0 && overview.errors.isEmpty)
        #expect(try rune().output == overview.output)
        let names = try commands()
        #expect(names.contains("create") && names.contains("spec"))
        for name in names {
            let text = try rune(name, "--help")
            #expect(text.status == 0 && text.output.contains("Usage: rune \(name)"), "\(name): \(text.errors)")
            #expect(try rune("help", name).output == text.output)
        }
    }

    /// The names in the overview.
    private func commands() throws -> [String] {
        let rows = try rune("--help").output.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("  --") }
        return rows.compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// The names of a command's options, from its own help; the second of a pair says whether it takes a value.
    private func options(of command: String) throws -> [(name: String, takesValue: Bool)] {
        let help = try rune(command, "--help").output.split(separator: "\n").filter { $0.hasPrefix("  -") }
        return help.flatMap { line in
            let usage = String(line).trimmingCharacters(in: .whitespaces).components(separatedBy: "  ")[0]
            return usage.components(separatedBy: ", ").map { part in
                let words = part.split(separator: " ")
                return (String(words[0]), words.count > 1)
            }
        }
    }

    @Test func eachOptionThatHelpNamesIsKnown() throws {
        for command in try commands() {
            for option in try options(of: command) {
                let words = option.takesValue ? [option.name, "1"] : [option.name]
                let result = try RunningProgram(
                    Runtime.ours[0].command + ["--root", Self.noRoot, command] + words + ["a", "b", "c"]
                ).finish()
                #expect(!result.errors.contains("unknown option"), "\(command) \(option.name): \(result.errors)")
            }
        }
    }

    @Test func theReferenceIsWhatTheCommandsSay() throws {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
        let written = try String(contentsOf: root.appending(path: "docs/reference/rune.md"), encoding: .utf8)
        #expect(try rune("reference").output == written, "write it again: .build/release/rune reference > docs/reference/rune.md")
    }

    @Test func completionScriptsAreOnesTheShellTakes() throws {
        for shell in ["bash", "zsh", "fish"] {
            let script = try rune("completion", shell).output
            #expect(script.contains("create") && script.contains("bundle"))
            guard shell == "bash" else { continue }
            let check = """
                source /dev/stdin; COMP_WORDS=(rune del); COMP_CWORD=1; _rune; echo "${COMPREPLY[*]}"
                COMP_WORDS=(rune --root /x delete --fo); COMP_CWORD=4; _rune; echo "${COMPREPLY[*]}"
                """
            let result = try RunningProgram(["bash", "-c", check], input: script).finish()
            #expect(result.output == "delete\n--force\n", "\(result.errors)")
        }
    }

    @Test func theConfigurationThatSpecWritesRuns() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.command("spec", "--bundle", trial.bundle).succeeded("spec")
        try trial.command("spec", "-b", trial.bundle).failed(saying: "config.json")
        let written = try Data(contentsOf: URL(filePath: trial.bundle + "/config.json"))
        var spec = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
        var process = try #require(spec["process"] as? [String: Any])
        process["args"] = ["/inside", "names"]
        process["terminal"] = false
        spec["process"] = process
        trial.configuration = spec
        let seen = try trial.run()
        #expect(seen["hostname"] == "rune", "\(seen.errors)")
    }

    @Test func theRootlessConfigurationHasAUserNamespace() throws {
        let trial = try Trial(Runtime.ours[0])
        defer { trial.cleanUp() }
        try trial.command("spec", "--rootless", "--bundle", trial.bundle).succeeded("spec")
        let written = try Data(contentsOf: URL(filePath: trial.bundle + "/config.json"))
        let spec = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
        let linux = try #require(spec["linux"] as? [String: Any])
        let kinds = (linux["namespaces"] as? [[String: String]] ?? []).compactMap { $0["type"] }
        #expect(kinds.contains("user") && !kinds.contains("network"))
        #expect(linux["resources"] == nil)
        #expect((linux["uidMappings"] as? [[String: Int]])?.first?["hostID"] == 0)
    }
}
