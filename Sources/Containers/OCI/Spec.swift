/// `config.json` of a bundle: everything is optional, unknown members are ignored (runtime-spec, config.md).
package struct Spec: Sendable {
    package var ociVersion: String?
    package var process: SpecProcess?
    package var root: Root?
    package var hostname: String?
    package var domainname: String?
    package var mounts: [SpecMount]
    package var hooks: SpecHooks
    package var annotations: [String: String]
    package var linux: SpecLinux
    /// As it was written, for what stores parts of it.
    package var source: JSON = .null

    package struct Root: Sendable {
        package var path: String
        package var readonly: Bool
    }

    package init(parsing bytes: [UInt8]) throws(SpecError) {
        let json: JSON
        do {
            json = try JSONParser.parse(bytes)
        } catch {
            throw SpecError("", "not valid JSON: \(error)")
        }
        try self.init(JSONObject(json, at: ""))
    }

    package init(_ object: JSONObject) throws(SpecError) {
        source = .object(object.members)
        ociVersion = try object.string("ociVersion")
        process = try object.object("process").map(SpecProcess.init)
        root = try object.object("root").map { value throws(SpecError) in
            Root(path: try value.required("path", value.string("path")), readonly: try value.bool("readonly") ?? false)
        }
        hostname = try object.string("hostname")
        domainname = try object.string("domainname")
        mounts = []
        for mount in try object.objects("mounts") { mounts.append(try SpecMount(mount)) }
        hooks = try object.object("hooks").map(SpecHooks.init) ?? SpecHooks()
        annotations = Dictionary(try object.dictionary("annotations").map { ($0.key, $0.value) }) { $1 }
        linux = try object.object("linux").map(SpecLinux.init) ?? SpecLinux()
    }
}
