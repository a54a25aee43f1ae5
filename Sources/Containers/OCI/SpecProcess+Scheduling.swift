/// When and where a process runs: `process.scheduler`, `process.ioPriority` and `process.execCPUAffinity`.
extension SpecProcess {
    package struct Scheduler: Sendable {
        package var policy: String
        package var nice: Int32
        package var priority: Int32
        package var flags: [String]
        /// Nanoseconds, as the next two.
        package var runtime: UInt64
        package var deadline: UInt64
        package var period: UInt64

        init(_ object: JSONObject) throws(SpecError) {
            policy = try object.required("policy", object.string("policy"))
            nice = try object.integer("nice") ?? 0
            priority = try object.integer("priority") ?? 0
            flags = try object.strings("flags") ?? []
            runtime = try object.integer("runtime") ?? 0
            deadline = try object.integer("deadline") ?? 0
            period = try object.integer("period") ?? 0
        }
    }

    package struct IOPriority: Sendable {
        package var priorityClass: String
        package var priority: Int32

        init(_ object: JSONObject) throws(SpecError) {
            priorityClass = try object.required("class", object.string("class"))
            priority = try object.integer("priority") ?? 0
        }
    }

    /// Lists of CPUs as `0-3,7`; what a process of `exec` runs on before and after it enters its cgroups.
    package struct CPUAffinity: Sendable {
        package var initial: String?
        package var final: String?

        init(_ object: JSONObject) throws(SpecError) {
            initial = try object.string("initial")
            final = try object.string("final")
        }
    }
}
