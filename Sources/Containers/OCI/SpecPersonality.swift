extension SpecLinux {
    /// `linux.personality`: the execution domain of the container's processes.
    package struct Personality: Sendable {
        package var domain: String
        package var flags: [String]

        package init(_ object: JSONObject) throws(SpecError) {
            domain = try object.required("domain", object.string("domain"))
            flags = try object.strings("flags") ?? []
        }
    }
}
