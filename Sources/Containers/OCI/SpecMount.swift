/// One entry of `mounts`.
package struct SpecMount: Sendable {
    package var destination: String
    package var type: String
    package var source: String
    package var options: [String]
    package var uidMappings: [SpecLinux.IDMapping] = []
    package var gidMappings: [SpecLinux.IDMapping] = []

    package init(destination: String, type: String, source: String, options: [String] = []) {
        self.destination = destination
        self.type = type
        self.source = source
        self.options = options
    }

    init(_ object: JSONObject) throws(SpecError) {
        destination = try object.required("destination", object.string("destination"))
        type = try object.string("type") ?? ""
        source = try object.string("source") ?? ""
        options = try object.strings("options") ?? []
        uidMappings = try SpecLinux.mappings(object, "uidMappings")
        gidMappings = try SpecLinux.mappings(object, "gidMappings")
    }
}
