import Foundation

extension Expectation {
    /// `linux.namespaces`, new ones, joined ones and none; names and id maps.
    static let namespaces: [Expectation] = [
        Expectation("namespaces that are listed are new, the others are the host's") { trial in
            let kinds = ["pid", "mnt", "uts", "ipc", "net", "cgroup", "user"]
            trial.program(kinds.map { "namespace \($0)" }.joined(separator: " , "))
            trial.namespaces("pid", "mount", "uts", "ipc", "cgroup")
            let seen = try trial.run()
            for kind in kinds {
                let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(kind)")
                guard let found = seen["namespace \(kind)"] else { throw Unmet("\(kind): nothing: \(seen.errors)") }
                try expect(found == own, ["user", "net"].contains(kind), "\(kind): the host's, \(found)")
            }
        },
        Expectation("a namespace given by its path is joined") { trial in
            trial.program("namespace net , namespace ipc , namespace uts")
            trial.configuration["hostname"] = nil
            let holder = try RunningProgram(["unshare", "--net", "--ipc", "--uts", "sleep", "60"])
            var kinds: [String: String] = [:]
            for _ in 0..<200 {
                for kind in ["net", "ipc", "uts"] {
                    kinds[kind] = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(holder.pid)/ns/\(kind)")
                }
                if kinds["uts"] != (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/uts")) { break }
                usleep(5000)
            }
            let path = { (kind: String) in "/proc/\(holder.pid)/ns/\(kind)" }
            trial.change(
                "linux",
                [
                    "namespaces": [
                        ["type": "pid"], ["type": "mount"], ["type": "network", "path": path("net")],
                        ["type": "ipc", "path": path("ipc")],
                        ["type": "uts", "path": path("uts")],
                    ]
                ])
            let seen = try trial.run()
            for (kind, wanted) in kinds { try seen.expect("namespace \(kind)", wanted) }
        },
        Expectation("a path of the wrong kind of namespace is refused") { trial in
            trial.change(
                "linux",
                [
                    "namespaces": [
                        ["type": "pid"], ["type": "mount"], ["type": "network", "path": "/proc/self/ns/ipc"],
                    ]
                ])
            trial.configuration["hostname"] = nil
            try expect(trial.run().status != 0, "it ran")
        },
        Expectation("an unknown kind of namespace is refused") { trial in
            trial.change("linux", ["namespaces": [["type": "mount"], ["type": "nonsense"]]])
            trial.configuration["hostname"] = nil
            try expect(trial.run().status != 0, "it ran")
        },
        Expectation("a kind of namespace that appears twice is refused", differs: [.crun: "takes the last one"]) { trial in
            trial.change("linux", ["namespaces": ["mount", "uts", "pid", "pid"].map { ["type": $0] }])
            try expect(trial.run().status != 0, "it ran")
        },
        Expectation("a user namespace maps the ids as configured") { trial in
            trial.program("identity , read /proc/self/uid_map , read /proc/self/gid_map , file /inside")
            let mapping = [["containerID": 0, "hostID": 100_000, "size": 65536]]
            trial.change("linux", ["uidMappings": mapping, "gidMappings": mapping])
            trial.namespaces("pid", "mount", "uts", "ipc", "network", "user")
            for path in [trial.folder, trial.bundle, trial.rootfs] { chmod(path, 0o755) }
            let seen = try trial.run()
            try seen.expect("uid", "0 0 0")
            let map = seen["read /proc/self/uid_map"]?.split(separator: " ") ?? []
            try expect(map, ["0", "100000", "65536"], "uid_map \(seen.errors)")
            try expect(seen["file /inside"]?.contains(" 65534:65534 ") == true, "owner: \(seen["file /inside"] ?? "none")")
        },
        Expectation("host and domain name are set", differs: [.runc: "1.1.5 does not know domainname"]) { trial in
            trial.program("names")
            trial.configuration["domainname"] = "example.test"
            let seen = try trial.run()
            try seen.expect("hostname", "inside")
            try seen.expect("domainname", "example.test")
        },
        Expectation("a host name needs a UTS namespace") { trial in
            trial.namespaces("pid", "mount")
            let seen = try trial.run()
            try expect(seen.status != 0 && seen.errors.contains("hostname"), "status \(seen.status): \(seen.errors)")
        },
        Expectation("a new network namespace has its loopback up and nothing else") { trial in
            trial.program("interfaces")
            try expect(trial.run().all("interface").filter { $0.hasSuffix("up") }, ["lo up"], "interfaces")
        },
    ]
}
