extension SpecResources {
    /// `network`: how the container's packets are marked.
    package struct Network: Sendable {
        package var classID: UInt32?
        package var priorities: [(name: String, priority: UInt32)] = []

        init(_ object: JSONObject) throws(SpecError) {
            classID = try object.integer("classID")
            for item in try object.objects("priorities") {
                let name = try item.required("name", item.string("name"))
                priorities.append((name, try item.integer("priority") ?? 0))
            }
        }
    }

    /// `rdma`: what the container may have of one RDMA device; `nil`: as much as there is.
    package struct RDMA: Sendable {
        package var device: String
        package var handles: UInt32?
        package var objects: UInt32?

        static func limits(_ object: JSONObject) throws(SpecError) -> [RDMA] {
            guard let devices = try object.object("rdma") else { return [] }
            var limits: [RDMA] = []
            for member in devices.members {
                let item = try JSONObject(member.value, at: devices.path(of: member.key))
                limits.append(
                    RDMA(
                        device: member.key, handles: try item.integer("hcaHandles"), objects: try item.integer("hcaObjects")))
            }
            return limits
        }
    }
}
