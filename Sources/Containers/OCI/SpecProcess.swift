/// `process`: what runs in the container and as whom.
package struct SpecProcess: Sendable {
    package var terminal = false
    package var consoleSize: (height: UInt16, width: UInt16)?
    package var args: [String] = []
    package var env: [String] = []
    package var cwd = "/"
    package var user = User()
    package var capabilities: Capabilities?
    package var rlimits: [Rlimit] = []
    package var noNewPrivileges = false
    package var oomScoreAdj: Int?
    package var apparmorProfile: String?
    package var selinuxLabel: String?
    package var scheduler: Scheduler?
    package var ioPriority: IOPriority?
    package var execCPUAffinity: CPUAffinity?

    package struct User: Sendable {
        package var uid: UInt32 = 0
        package var gid: UInt32 = 0
        package var umask: UInt32?
        package var additionalGids: [UInt32] = []
    }

    package struct Capabilities: Sendable {
        package var bounding: [String]
        package var effective: [String]
        package var inheritable: [String]
        package var permitted: [String]
        package var ambient: [String]

        package init() { (bounding, effective, inheritable, permitted, ambient) = ([], [], [], [], []) }
    }

    package struct Rlimit: Sendable {
        package var type: String
        package var soft: UInt64
        package var hard: UInt64
    }

    package init() {}

    package init(_ object: JSONObject) throws(SpecError) {
        terminal = try object.bool("terminal") ?? false
        if let size = try object.object("consoleSize") {
            consoleSize = (try size.integer("height") ?? 0, try size.integer("width") ?? 0)
        }
        args = try object.strings("args") ?? []
        env = try object.strings("env") ?? []
        cwd = try object.string("cwd") ?? "/"
        if let value = try object.object("user") { user = try User(value) }
        capabilities = try object.object("capabilities").map(Capabilities.init)
        for limit in try object.objects("rlimits") { rlimits.append(try Rlimit(limit)) }
        noNewPrivileges = try object.bool("noNewPrivileges") ?? false
        oomScoreAdj = try object.integer("oomScoreAdj")
        apparmorProfile = try object.string("apparmorProfile")
        selinuxLabel = try object.string("selinuxLabel")
        scheduler = try object.object("scheduler").map(Scheduler.init)
        ioPriority = try object.object("ioPriority").map(IOPriority.init)
        execCPUAffinity = try object.object("execCPUAffinity").map(CPUAffinity.init)
    }
}

extension SpecProcess.User {
    init(_ object: JSONObject) throws(SpecError) {
        uid = try object.integer("uid") ?? 0
        gid = try object.integer("gid") ?? 0
        umask = try object.integer("umask")
        additionalGids = try object.integers("additionalGids")
    }
}

extension SpecProcess.Capabilities {
    init(_ object: JSONObject) throws(SpecError) {
        bounding = try object.strings("bounding") ?? []
        effective = try object.strings("effective") ?? []
        inheritable = try object.strings("inheritable") ?? []
        permitted = try object.strings("permitted") ?? []
        ambient = try object.strings("ambient") ?? []
    }
}

extension SpecProcess.Rlimit {
    init(_ object: JSONObject) throws(SpecError) {
        type = try object.required("type", object.string("type"))
        soft = try object.integer("soft") ?? 0
        hard = try object.integer("hard") ?? 0
    }
}
