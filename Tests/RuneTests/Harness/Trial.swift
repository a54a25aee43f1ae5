import Foundation

/// One bundle and the containers made of it with one runtime, for one expectation.
///
/// The root filesystem holds `/inside` (Programs/inside.c) and folders; it is read-only unless the configuration says otherwise.
final class Trial {
    let runtime: Runtime
    let folder: String
    let id: String
    var configuration = Trial.template
    /// What the container's program prints, when it was created rather than run.
    let output: OutputFile
    let errors: OutputFile
    private var ids: Set<String> = []

    var bundle: String { folder + "/bundle" }
    var rootfs: String { bundle + "/rootfs" }
    var stateRoot: String { folder + "/state" }

    init(_ runtime: Runtime) throws {
        self.runtime = runtime
        let unique = UUID().uuidString.prefix(8).lowercased()
        id = "rune-test-\(runtime.name)-\(unique)"
        folder = "/tmp/" + id
        (output, errors) = (try OutputFile(), try OutputFile())
        for name in ["proc", "dev", "sys", "tmp", "etc", "bin", "data"] { try makeFolder("bundle/rootfs/" + name) }
        let inside = try InsideProgram.built.get()
        guard link(inside, rootfs + "/inside") == 0 else { throw Unmet("cannot put /inside into \(rootfs)") }
    }

    // MARK: The bundle

    func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
    }

    @discardableResult
    func write(_ path: String, _ text: String) throws -> String {
        let whole = "\(folder)/\(path)"
        try Data(text.utf8).write(to: URL(filePath: whole))
        return whole
    }

    func read(_ path: String) throws -> String { try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8) }

    /// What the program in the container does: words of inside.c, separated by spaces.
    func program(_ verbs: String) {
        change("process", ["args": ["/inside"] + verbs.split(separator: " ").map(String.init)])
    }

    /// Changes members of one section of the configuration; `NSNull` removes one.
    func change(_ section: String, _ members: [String: Any]) {
        var old = configuration[section] as? [String: Any] ?? [:]
        old.merge(members) { $1 }
        configuration[section] = old.filter { !($0.value is NSNull) }
    }

    func namespaces(_ kinds: String...) { change("linux", ["namespaces": kinds.map { ["type": $0] }]) }

    func addMount(_ destination: String, _ type: String, from source: String, _ options: [String] = []) {
        var mounts = configuration["mounts"] as? [[String: Any]] ?? []
        mounts.append(["destination": destination, "type": type, "source": source, "options": options])
        configuration["mounts"] = mounts
    }

    func writeConfiguration() throws {
        try JSONSerialization.data(withJSONObject: configuration).write(to: URL(filePath: bundle + "/config.json"))
    }

    // MARK: The runtime

    func arguments(_ words: [String]) -> [String] { runtime.command + ["--root", stateRoot] + words }

    /// One command of the runtime, to its end.
    @discardableResult
    func command(_ words: String..., input: String = "") throws -> Finished {
        try RunningProgram(arguments(words), input: input).finish()
    }

    /// `run` in the foreground.
    ///
    /// `wrapper` are words of a program that starts the runtime, as in `nice runtime run`.
    func run(
        _ flags: String..., as name: String? = nil, under wrapper: [String] = [], descriptors: [Int32] = []
    ) throws -> Observation {
        try writeConfiguration()
        let name = name ?? id
        ids.insert(name)
        let words = wrapper + arguments(["run", "--bundle", bundle] + flags + [name])
        return Observation(try RunningProgram(words, descriptors: descriptors).finish())
    }

    func start(running words: String...) throws -> RunningProgram {
        try writeConfiguration()
        ids.insert(id)
        return try RunningProgram(arguments(words))
    }

    func create(_ flags: String..., as name: String? = nil, descriptors: [Int32] = []) throws -> Finished {
        try writeConfiguration()
        let name = name ?? id
        ids.insert(name)
        let words = arguments(["create", "--bundle", bundle] + flags + [name])
        let program = try RunningProgram(words, descriptors: descriptors, output: output, errors: errors)
        return try program.finish()
    }

    func launch(_ flags: String...) throws {
        try create().succeeded("create")
        try command("start", id).succeeded("start")
    }

    func state(_ name: String? = nil) throws -> [String: Any] {
        let printed = try command("state", name ?? id).succeeded("state").output
        guard let state = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any] else {
            throw Unmet("state printed no object: \(printed)")
        }
        return state
    }

    func status() throws -> String { try state()["status"] as? String ?? "none" }

    func pid() throws -> Int32 { Int32(try state()["pid"] as? Int ?? 0) }

    func wait(for wanted: String) throws {
        for _ in 0..<500 {
            if try status() == wanted { return }
            usleep(10_000)
        }
        throw Unmet("the status is \(try status()), not \(wanted), after 5 s")
    }

    /// A zombie does not count: whoever adopted it may take its time.
    func isAlive(_ pid: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let state = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst().first
        else { return false }
        return state != "Z" && state != "X"
    }

    /// What a created container's program printed, once it has stopped.
    func ended() throws -> Observation {
        try wait(for: "stopped")
        return Observation(Finished(status: 0, output: output.text, errors: errors.text))
    }

    // MARK: The end

    /// For containers whose cgroups have a parent of their own: the last of them takes it away.
    static let parentCgroup = "rune-test-below"

    func removeContainers() throws {
        for name in ids where FileManager.default.fileExists(atPath: "\(stateRoot)/\(name)") {
            try command("delete", "--force", name).succeeded("delete --force")
        }
    }

    /// Where nothing may be left once the containers are gone.
    func leftovers() -> [String] {
        var found = (try? FileManager.default.contentsOfDirectory(atPath: stateRoot))?.map { "the state \($0)" } ?? []
        found += cgroups()
        found += mounts().map { "the mount \($0)" }
        return found
    }

    func cgroups() -> [String] {
        var found: [String] = []
        for hierarchy in (try? FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup")) ?? [] {
            for name in ids.union([id]) {
                for path in ["\(Self.parentCgroup)/\(name)", name].map({ "/sys/fs/cgroup/\(hierarchy)/\($0)" }) {
                    if access(path, F_OK) == 0 { found.append(path) }
                }
            }
        }
        return found
    }

    func mounts() -> [String] {
        let table = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        return table.split(separator: "\n").compactMap { line in
            line.split(separator: " ").dropFirst(4).first.map(String.init)
        }.filter { $0.hasPrefix(folder + "/") }
    }

    /// Whatever happened: processes, mounts, cgroups and files go.
    func cleanUp() {
        for name in ids { _ = try? command("delete", "--force", name) }
        for path in mounts().reversed() { umount2(path, Int32(MNT_DETACH)) }
        for path in cgroups() { rmdir(path) }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup")) ?? [] {
            rmdir("/sys/fs/cgroup/\(name)/\(Self.parentCgroup)")
        }
        // A mount that could not be taken away must not be walked into.
        if mounts().isEmpty { try? FileManager.default.removeItem(atPath: folder) }
    }
}
