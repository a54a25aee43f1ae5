/// `linux`: namespaces, devices, limits and what of /proc and /sys is hidden (runtime-spec, config-linux.md).
package struct SpecLinux: Sendable {
    package var namespaces: [Namespace] = []
    package var uidMappings: [IDMapping] = []
    package var gidMappings: [IDMapping] = []
    package var timeOffsets: [TimeOffset] = []
    package var devices: [Device] = []
    package var cgroupsPath: String?
    package var resources: SpecResources?
    package var sysctl: [(key: String, value: String)] = []
    package var maskedPaths: [String] = []
    package var readonlyPaths: [String] = []
    package var rootfsPropagation: String?
    package var seccomp: SpecSeccomp?
    package var mountLabel: String?
    package var personality: Personality?
    /// Members of the specification that are given and not carried out.
    package var unsupported: [String] = []

    package struct Namespace: Sendable {
        package var type: String
        package var path: String?
    }

    package struct IDMapping: Sendable {
        package var containerID: UInt32
        package var hostID: UInt32
        package var size: UInt32
    }

    /// How far a clock of the container is ahead of the machine's.
    package struct TimeOffset: Sendable {
        package var clock: String
        package var seconds: Int64
        package var nanoseconds: UInt32
    }

    package struct Device: Sendable {
        package var path: String
        package var type: String
        package var major: UInt32
        package var minor: UInt32
        package var fileMode: UInt32
        package var uid: UInt32
        package var gid: UInt32

        package init(path: String, type: String, major: UInt32, minor: UInt32, fileMode: UInt32 = 0o666) {
            (self.path, self.type, self.major, self.minor, self.fileMode) = (path, type, major, minor, fileMode)
            (uid, gid) = (0, 0)
        }
    }

    package init() {}

    init(_ object: JSONObject) throws(SpecError) {
        for item in try object.objects("namespaces") {
            namespaces.append(Namespace(type: try item.required("type", item.string("type")), path: try item.string("path")))
        }
        uidMappings = try Self.mappings(object, "uidMappings")
        gidMappings = try Self.mappings(object, "gidMappings")
        timeOffsets = try Self.timeOffsets(object)
        for item in try object.objects("devices") { devices.append(try Device(item)) }
        cgroupsPath = try object.string("cgroupsPath")
        resources = try object.object("resources").map(SpecResources.init)
        sysctl = try object.dictionary("sysctl")
        maskedPaths = try object.strings("maskedPaths") ?? []
        readonlyPaths = try object.strings("readonlyPaths") ?? []
        rootfsPropagation = try object.string("rootfsPropagation")
        seccomp = try object.object("seccomp").map(SpecSeccomp.init)
        mountLabel = try object.string("mountLabel")
        personality = try object.object("personality").map(Personality.init)
        for name in ["intelRdt", "memoryPolicy", "netDevices"] where try object.object(name) != nil {
            unsupported.append(object.path(of: name))
        }
    }

    private static func timeOffsets(_ object: JSONObject) throws(SpecError) -> [TimeOffset] {
        guard let clocks = try object.object("timeOffsets") else { return [] }
        var offsets: [TimeOffset] = []
        for member in clocks.members {
            let value = try JSONObject(member.value, at: clocks.path(of: member.key))
            let nanoseconds: UInt32 = try value.integer("nanosecs") ?? 0
            guard nanoseconds < 1_000_000_000 else {
                throw SpecError(value.path(of: "nanosecs"), "must be less than a second")
            }
            offsets.append(TimeOffset(clock: member.key, seconds: try value.integer("secs") ?? 0, nanoseconds: nanoseconds))
        }
        return offsets
    }

    static func mappings(_ object: JSONObject, _ key: String) throws(SpecError) -> [IDMapping] {
        var mappings: [IDMapping] = []
        for item in try object.objects(key) {
            let mapping = IDMapping(
                containerID: try item.integer("containerID") ?? 0, hostID: try item.integer("hostID") ?? 0,
                size: try item.integer("size") ?? 0)
            guard mapping.size > 0 else { throw SpecError(item.path(of: "size"), "must be greater than zero") }
            mappings.append(mapping)
        }
        return mappings
    }
}

extension SpecLinux.Device {
    init(_ object: JSONObject) throws(SpecError) {
        path = try object.required("path", object.string("path"))
        type = try object.required("type", object.string("type"))
        major = try object.integer("major") ?? 0
        minor = try object.integer("minor") ?? 0
        fileMode = try object.integer("fileMode") ?? 0o666
        guard path.hasPrefix("/") else { throw SpecError(object.path(of: "path"), "must be absolute, not \"\(path)\"") }
        guard ["c", "u", "b", "p"].contains(type) else {
            throw SpecError(object.path(of: "type"), "\"\(type)\" is not a kind of device: c, u, b or p")
        }
        uid = try object.integer("uid") ?? 0
        gid = try object.integer("gid") ?? 0
    }
}
