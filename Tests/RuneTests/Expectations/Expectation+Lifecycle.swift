import Foundation

extension Expectation {
    /// create, start, state, kill, delete and list, with the texts that callers match.
    static let lifecycle: [Expectation] = [
        Expectation("a container goes from created to running to stopped") { trial in
            trial.program("await")
            trial.configuration["annotations"] = ["x.y": "z"]
            try trial.create().succeeded("create")
            var state = try trial.state()
            try expect(state["status"] as? String, "created", "status")
            try expect(state["id"] as? String, trial.id, "id")
            try expect(state["bundle"] as? String, trial.bundle, "bundle")
            try expect(state["annotations"] as? [String: String], ["x.y": "z"], "annotations")
            try expect(state["ociVersion"] is String, "no ociVersion")
            try expect(trial.isAlive(trial.pid()), true, "the process")
            try expect(trial.output.text, "", "output before start")
            try trial.command("start", trial.id).succeeded("start")
            try trial.wait(for: "running")
            while !trial.output.text.contains("waiting") { usleep(5000) }
            try trial.command("kill", trial.id, "TERM").succeeded("kill")
            try trial.ended().expect("signal", "15")
            state = try trial.state()
            try expect(state["pid"] as? Int ?? 0, 0, "pid of a stopped container")
            try trial.command("delete", trial.id).succeeded("delete")
        },
        Expectation("the state of no container is an error that says so", differs: [.crun: "names the missing file"]) { trial in
            try trial.command("state", "rune-test-none").failed(saying: "does not exist")
        },
        Expectation("commands on no container are errors that say so", differs: [.crun: "names the missing file"]) { trial in
            for words in [["start"], ["kill"], ["delete"]] {
                let finished = try RunningProgram(trial.arguments(words + ["rune-test-none"])).finish()
                try finished.failed(saying: "does not exist")
            }
        },
        Expectation("a second container of the same name is refused, and the first unharmed") { trial in
            try trial.create().succeeded("create")
            try expect(trial.create().status != 0, "the second was made")
            try expect(trial.status(), "created", "status")
            try expect(trial.errors.text.contains("exist"), trial.errors.text)
        },
        Expectation("start works once only") { trial in
            trial.program("await")
            try trial.launch()
            try expect(trial.command("start", trial.id).status != 0, "a running container was started")
            try trial.command("kill", trial.id, "KILL").succeeded("kill")
            try trial.wait(for: "stopped")
            try expect(trial.command("start", trial.id).status != 0, "a stopped container was started")
        },
        Expectation("a running container is not deleted without force") { trial in
            trial.program("await")
            try trial.launch()
            try expect(trial.command("delete", trial.id).status != 0, "it was deleted")
            try expect(trial.status(), "running", "status")
            try trial.command("delete", "--force", trial.id).succeeded("delete --force")
            try expect(trial.command("state", trial.id).status != 0, "it is still there")
        },
        Expectation("a created container is deleted, and its name can be used again") { trial in
            try trial.create().succeeded("create")
            let pid = try trial.pid()
            try trial.command("delete", trial.id).succeeded("delete")
            try expect(trial.isAlive(pid), false, "the process is still there")
            try expect(trial.run().status, 0, "status of the next")
        },
        Expectation("delete --force of no container is no error") { trial in
            try trial.command("delete", "--force", "rune-test-none").succeeded("delete --force")
        },
        Expectation("a signal to a stopped container is refused in the words containerd matches") { trial in
            try trial.launch()
            try trial.wait(for: "stopped")
            let text = try trial.command("kill", trial.id, "15")
            try expect(text.status != 0, "it succeeded")
            let said = text.errors.lowercased()
            let known =
                said.contains("container not running") || said.contains("no such process") || said.contains("already finished")
            try expect(known, text.errors)
        },
        Expectation("signals have numbers, names and names with SIG") { trial in
            for signal in ["10", "USR1", "SIGUSR1"] {
                trial.program("await")
                let name = trial.id + "-" + signal
                try trial.create(as: name).succeeded("create")
                try trial.command("start", name).succeeded("start")
                usleep(100_000)
                try trial.command("kill", name, signal).succeeded("kill \(signal)")
                for _ in 0..<200 where try trial.state(name)["status"] as? String != "stopped" { usleep(10_000) }
                try trial.command("delete", name).succeeded("delete")
            }
            try expect(trial.output.text, String(repeating: "waiting\nsignal 10\n", count: 3), "signals")
        },
        Expectation("kill without a signal means TERM") { trial in
            trial.program("await")
            try trial.launch()
            usleep(100_000)
            try trial.command("kill", trial.id).succeeded("kill")
            try trial.ended().expect("signal", "15")
        },
        Expectation("the file of the process id is there before create returns") { trial in
            let file = trial.folder + "/pid"
            try trial.create("--pid-file", file).succeeded("create")
            try expect(String(contentsOfFile: file, encoding: .utf8), String(try trial.pid()), "the file")
        },
        Expectation("changes of config.json after create have no effect") { trial in
            trial.program("names")
            try trial.create().succeeded("create")
            trial.configuration["hostname"] = "changed"
            try trial.writeConfiguration()
            try trial.command("start", trial.id).succeeded("start")
            try trial.ended().expect("hostname", "inside")
        },
        Expectation(
            "a bundle without a process can be created, not started",
            differs: [
                .crun: "1.8.1 refuses; later ones do not", .runc: "refuses in create",
            ]
        ) { trial in
            trial.configuration["process"] = nil
            try trial.create().succeeded("create")
            try expect(trial.command("start", trial.id).status != 0, "it was started")
        },
        Expectation("create without an id, or without a bundle, fails") { trial in
            try trial.writeConfiguration()
            try expect(trial.command("create", "--bundle", trial.bundle).status != 0, "without an id")
            try expect(trial.command("create", "--bundle", trial.folder + "/none", trial.id).status != 0, "without a bundle")
        },
        Expectation("list names the containers, one a line with --quiet") { trial in
            try trial.create().succeeded("create")
            try expect(trial.command("list", "--quiet").output, trial.id + "\n", "list --quiet")
            let table = try trial.command("list").output
            try expect(table.hasPrefix("ID") || table.hasPrefix("NAME"), table)
            try expect(table.contains(trial.id), table)
            let json = try trial.command("list", "--format", "json").succeeded("list --format json").output
            let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
            try expect(parsed?.count, 1, "objects of list --format json")
            try expect(parsed?.first?["id"] as? String, trial.id, "id")
        },
        Expectation("run takes its end from the program and leaves nothing") { trial in
            _ = try trial.run()
            try expect(trial.command("state", trial.id).status != 0, "it is still there")
        },
        Expectation("run --detach returns with the container running") { trial in
            trial.program("await")
            try trial.writeConfiguration()
            let running = try trial.start(running: "run", "--detach", "--bundle", trial.bundle, trial.id)
            try expect(running.wait(), 0, "status: \(running.errors.text)")
            try expect(trial.status(), "running", "status")
        },
        Expectation(
            "of several starts at once one starts the container",
            differs: [.crun: "several say that they did", .runc: "several say that they did"]
        ) { trial in
            trial.program("await")
            try trial.create().succeeded("create")
            let starts = try (0..<12).map { _ in try RunningProgram(trial.arguments(["start", trial.id])) }
            let statuses = try starts.map { try $0.wait() }
            try expect(statuses.filter { $0 == 0 }.count, 1, "starts that succeeded")
            for start in starts where try start.wait() != 0 {
                try expect(start.errors.text.contains("already running"), start.errors.text)
            }
            for _ in 0..<1000 where !trial.output.text.contains("waiting") { usleep(5000) }
            try expect(trial.status(), "running", "status")
        },
        Expectation(
            "run gives the program's status also when somebody else deletes its container",
            differs: [.crun: "fails", .runc: "fails"]
        ) { trial in
            trial.program("await")
            let running = try trial.start(running: "run", "--bundle", trial.bundle, trial.id)
            for _ in 0..<500 where !running.output.text.contains("waiting") { usleep(10_000) }
            try trial.command("delete", "--force", trial.id).succeeded("delete --force")
            try expect(running.wait(), 137, "status: \(running.errors.text)")
        },
        Expectation("run hands signals on") { trial in
            trial.program("await")
            let running = try trial.start(running: "run", "--bundle", trial.bundle, trial.id)
            for _ in 0..<500 where !running.output.text.contains("waiting") { usleep(10_000) }
            kill(running.pid, SIGTERM)
            try expect(running.wait(), 3, "status")
            try expect(running.output.text, "waiting\nsignal 15\n", "output")
        },
        Expectation("the runtime has left no process of its own when create returns") { trial in
            try trial.create().succeeded("create")
            let pid = try trial.pid()
            let children = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).split(separator: " ")
            try expect(children[3] != "0", "the parent is of another namespace")
            let parent = try String(contentsOfFile: "/proc/\(children[3])/comm", encoding: .utf8)
            try expect(parent != "\(trial.runtime.name)\n", "the parent is \(parent)")
        },
        Expectation(
            "a configuration for another version of the specification is refused",
            differs: [
                .crun: "1.8.1 refuses 1.1 and later, too", .runc: "checks that it is a version only",
            ]
        ) { trial in
            trial.configuration["ociVersion"] = "2.0.0"
            try expect(trial.run().status != 0, "2.0.0 was taken")
            trial.configuration["ociVersion"] = "1.3.0"
            try expect(trial.run().status, 0, "status of 1.3.0")
        },
    ]
}
