/// `hooks`: programs run around the container's life, each with the container's state on stdin.
package struct SpecHooks: Sendable {
    package var prestart: [Hook] = []
    package var createRuntime: [Hook] = []
    package var createContainer: [Hook] = []
    package var startContainer: [Hook] = []
    package var poststart: [Hook] = []
    package var poststop: [Hook] = []
    /// As it was written, for what stores it.
    package var source: JSON = .null

    package struct Hook: Sendable {
        package var path: String
        /// argv[0] first; empty: the path.
        package var args: [String]
        package var env: [String]
        /// Seconds.
        package var timeout: Int?
    }

    /// The kinds by their names, in the order they run.
    package static let kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]

    package init() {}

    package init(_ object: JSONObject) throws(SpecError) {
        source = .object(object.members)
        prestart = try Self.list(object, "prestart")
        createRuntime = try Self.list(object, "createRuntime")
        createContainer = try Self.list(object, "createContainer")
        startContainer = try Self.list(object, "startContainer")
        poststart = try Self.list(object, "poststart")
        poststop = try Self.list(object, "poststop")
    }

    private static func list(_ object: JSONObject, _ key: String) throws(SpecError) -> [Hook] {
        var hooks: [Hook] = []
        for item in try object.objects(key) {
            let path = try item.required("path", item.string("path"))
            guard path.hasPrefix("/") else { throw SpecError(item.path(of: "path"), "must be absolute, not \"\(path)\"") }
            let timeout = try item.integer("timeout", as: Int.self)
            if let timeout, timeout <= 0 { throw SpecError(item.path(of: "timeout"), "must be greater than zero") }
            hooks.append(
                Hook(path: path, args: try item.strings("args") ?? [], env: try item.strings("env") ?? [], timeout: timeout))
        }
        return hooks
    }
}
