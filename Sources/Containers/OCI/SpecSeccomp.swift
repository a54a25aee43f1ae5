/// `linux.seccomp`: which system calls the container may make.
package struct SpecSeccomp: Sendable {
    package var defaultAction: String
    package var defaultErrnoRet: UInt32?
    package var architectures: [String]
    package var flags: [String]
    /// The socket of the program that answers the calls with SCMP_ACT_NOTIFY.
    package var listenerPath: String?
    package var listenerMetadata: String?
    package var rules: [Rule] = []

    package struct Rule: Sendable {
        package var names: [String]
        package var action: String
        package var errnoRet: UInt32?
        package var conditions: [Condition] = []
    }

    package struct Condition: Sendable {
        package var index: UInt32
        package var value: UInt64
        package var valueTwo: UInt64
        package var op: String
    }

    package init(_ object: JSONObject) throws(SpecError) {
        defaultAction = try object.required("defaultAction", object.string("defaultAction"))
        defaultErrnoRet = try object.integer("defaultErrnoRet")
        architectures = try object.strings("architectures") ?? []
        flags = try object.strings("flags") ?? []
        listenerPath = try object.string("listenerPath")
        listenerMetadata = try object.string("listenerMetadata")
        for item in try object.objects("syscalls") { rules.append(try Rule(item)) }
    }
}

extension SpecSeccomp.Rule {
    init(_ object: JSONObject) throws(SpecError) {
        names = try object.strings("names") ?? []
        action = try object.required("action", object.string("action"))
        errnoRet = try object.integer("errnoRet")
        for item in try object.objects("args") {
            conditions.append(
                SpecSeccomp.Condition(
                    index: try item.integer("index") ?? 0, value: try item.integer("value") ?? 0,
                    valueTwo: try item.integer("valueTwo") ?? 0, op: try item.required("op", item.string("op"))))
        }
    }
}
