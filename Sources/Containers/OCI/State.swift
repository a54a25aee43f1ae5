/// The container's state as `state` prints it and hooks read it (runtime-spec, runtime.md).
package struct State: Sendable {
    /// The newest version of the specification that is carried out; the oldest is 1.0.0.
    package static let ociVersion = "1.3.0"
    package static let oldestOCIVersion = "1.0.0"

    package enum Status: String, Sendable {
        case creating, created, running, paused, stopped
    }

    package var id: String
    package var status: Status
    /// 0: no process; the member is left out for hooks and printed as 0 by `state`, as callers expect.
    package var pid: Int32
    package var bundle: String
    package var rootfs: String?
    package var created: String?
    package var annotations: [String: String]

    package init(
        id: String, status: Status, pid: Int32, bundle: String, rootfs: String? = nil, created: String? = nil,
        annotations: [String: String]
    ) {
        self.id = id
        self.status = status
        self.pid = pid
        self.bundle = bundle
        self.rootfs = rootfs
        self.created = created
        self.annotations = annotations
    }

    package var json: JSON {
        var members = [
            JSON.Member("ociVersion", .string(Self.ociVersion)), JSON.Member("id", .string(id)),
            JSON.Member("pid", .integer(Int64(pid))), JSON.Member("status", .string(status.rawValue)),
            JSON.Member("bundle", .string(bundle)),
        ]
        if let rootfs { members.append(JSON.Member("rootfs", .string(rootfs))) }
        if let created { members.append(JSON.Member("created", .string(created))) }
        let sorted = annotations.sorted { $0.key < $1.key }
        members.append(JSON.Member("annotations", .object(sorted.map { JSON.Member($0.key, .string($0.value)) })))
        return .object(members)
    }
}
