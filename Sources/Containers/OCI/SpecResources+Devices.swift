extension SpecResources {
    /// One entry of the list of devices; later entries change what earlier ones say.
    package struct DeviceRule: Equatable, Sendable {
        package var allow: Bool
        /// `c`, `b`, or `a` for both.
        package var type: String
        /// `nil`: any.
        package var major: UInt32?
        package var minor: UInt32?
        /// Some of `r`, `w`, `m`.
        package var access: String

        package init(allow: Bool, type: String, major: UInt32? = nil, minor: UInt32? = nil, access: String = "rwm") {
            (self.allow, self.type, self.major, self.minor, self.access) = (allow, type, major, minor, access)
        }
    }
}

extension SpecResources.DeviceRule {
    init(_ object: JSONObject) throws(SpecError) {
        allow = try object.bool("allow") ?? false
        let type = try object.string("type") ?? ""
        self.type = type.isEmpty ? "a" : type
        guard ["a", "b", "c"].contains(self.type) else {
            throw SpecError(object.path(of: "type"), "a, b or c is expected, not \"\(type)\"")
        }
        major = try Self.number(object, "major")
        minor = try Self.number(object, "minor")
        let access = try object.string("access") ?? ""
        self.access = access.isEmpty ? "rwm" : access
        guard access.utf8.allSatisfy("rwm".utf8.contains) else {
            throw SpecError(object.path(of: "access"), "letters of rwm are expected, not \"\(access)\"")
        }
    }

    /// Less than 0 means any, as the peers write it.
    private static func number(_ object: JSONObject, _ key: String) throws(SpecError) -> UInt32? {
        guard let value = try object.integer(key, as: Int64.self), value >= 0 else { return nil }
        guard let number = UInt32(exactly: value) else { throw SpecError(object.path(of: key), "the number is out of range") }
        return number
    }

    /// Leave to open one character device for reading and writing.
    package init(allowing device: SpecLinux.Device) {
        self.init(allow: true, type: "c", major: device.major, minor: device.minor, access: "rw")
    }
}
