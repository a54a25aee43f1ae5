import Foundation

extension Expectation {
    /// A user who is not root, with a user namespace.
    static let rootless: [Expectation] = [
        Expectation("a user who is not root runs a container, and more processes in it", differs: [.crun: Trial.needsRoot]) {
            trial in
            try trial.belongToUser()
            trial.mapIDs([["containerID": 0, "hostID": Trial.user, "size": 1]])
            trial.program("sleep 60")
            trial.change("process", ["oomScoreAdj": 100])
            try trial.asUser("create", "--bundle", trial.bundle, trial.id).succeeded("create")
            try trial.asUser("start", trial.id).succeeded("start")
            let verbs = "identity , names , namespace user , namespace pid , read /proc/self/oom_score_adj , exit 7"
            let words = ["/inside"] + verbs.split(separator: " ").map(String.init)
            let seen = Observation(try trial.asUser(["exec", trial.id] + words))
            try expect(seen.status, 7, "status of exec: \(seen.errors)")
            try seen.expect("uid", "0 0 0")
            try seen.expect("hostname", "inside")
            try seen.expect("read /proc/self/oom_score_adj", "100")
            for kind in ["user", "pid"] {
                let first = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(trial.pid())/ns/\(kind)")
                try seen.expect("namespace \(kind)", first)
            }
            try trial.asUser("kill", trial.id, "KILL").succeeded("kill")
            try trial.wait(for: "stopped")
            try trial.asUser("delete", trial.id).succeeded("delete")
        },
        Expectation(
            "newuidmap and newgidmap map the ids that /etc/subuid and /etc/subgid give", differs: [.crun: Trial.needsRoot]
        ) { trial in
            guard ["newuidmap", "newgidmap"].allSatisfy({ access("/usr/bin/" + $0, X_OK) == 0 }) else {
                throw Unavailable("newuidmap is not installed: apt-get install uidmap")
            }
            try trial.belongToUser()
            let maps = [["containerID": 0, "hostID": Trial.user, "size": 1], ["containerID": 1, "hostID": 500_000, "size": 1000]]
            trial.mapIDs(maps)
            trial.program("identity , read /proc/self/uid_map")
            trial.change("process", ["user": ["uid": 7, "gid": 8]])
            let seen = Observation(try trial.asUser(["run", "--bundle", trial.bundle, trial.id], with: ["500000:1000"]))
            try seen.expect("uid", "7 7 7")
            try expect(seen.all("read /proc/self/uid_map").count, 2, "lines of the map; \(seen.errors)")
            let refused = try trial.asUser(["run", "--bundle", trial.bundle, trial.id], with: ["900000:1000"])
            try expect(refused.status != 0, "ids of others were mapped")
        },
    ]
}

extension Trial {
    fileprivate static let needsRoot = "on a hybrid host it is entered where it works, which takes root"

    /// Nobody's on most machines.
    static let user = 12345

    /// Lets the user keep states, and see what it runs.
    func belongToUser() throws {
        guard access("/usr/bin/setpriv", X_OK) == 0 else {
            throw Unavailable("setpriv is not installed: apt-get install util-linux")
        }
        try makeFolder("state")
        chown(stateRoot, uid_t(Self.user), gid_t(Self.user))
        for path in [folder, bundle, rootfs] { chmod(path, 0o755) }
    }

    func mapIDs(_ mappings: [[String: Int]]) {
        change("linux", ["uidMappings": mappings, "gidMappings": mappings, "maskedPaths": [String](), "readonlyPaths": [String]()])
        namespaces("pid", "mount", "uts", "ipc", "network", "user")
        var mounts = configuration["mounts"] as? [[String: Any]] ?? []
        for index in mounts.indices where mounts[index]["type"] as? String == "devpts" {
            mounts[index]["options"] = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]
        }
        configuration["mounts"] = mounts
    }

    func asUser(_ words: String...) throws -> Finished { try asUser(words) }

    /// `ranges`: lines of /etc/subuid and /etc/subgid, which this command alone sees.
    func asUser(_ words: [String], with ranges: [String] = []) throws -> Finished {
        try writeConfiguration()
        let user = String(Self.user)
        let setpriv = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
        guard !ranges.isEmpty else { return try RunningProgram(setpriv + arguments(words)).finish() }
        let lines = ranges.map { user + ":" + $0 }.joined(separator: "\n")
        try makeFolder("etc")
        let passwd = try String(contentsOfFile: "/etc/passwd", encoding: .utf8) + "rune-test:x:\(user):\(user)::/:/bin/sh\n"
        for (name, text) in [("subuid", lines + "\n"), ("subgid", lines + "\n"), ("passwd", passwd)] {
            try write("etc/" + name, text)
        }
        let script = "mount -t overlay -o lowerdir=\(folder)/etc:/etc overlay /etc && exec \"$@\""
        return try RunningProgram(["unshare", "--mount", "sh", "-c", script, "sh"] + setpriv + arguments(words)).finish()
    }
}
