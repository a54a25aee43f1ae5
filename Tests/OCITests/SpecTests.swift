import Foundation
import OCI
import Testing

@Suite struct SpecTests {
    @Test func readsAnEmptyConfiguration() throws {
        let spec = try Spec(parsing: Array("{}".utf8))
        #expect(spec.process == nil)
        #expect(spec.mounts.isEmpty)
        #expect(spec.linux.namespaces.isEmpty)
    }

    @Test func ignoresUnknownMembersAndNulls() throws {
        let spec = try Spec(parsing: Array(#"{"futureThing": {"x": 1}, "process": null, "linux": {"devices": null, "z": 1}}"#.utf8))
        #expect(spec.process == nil)
        #expect(spec.linux.devices.isEmpty)
    }

    @Test func readsItsOwnTemplate() throws {
        let spec = try Spec(parsing: JSONWriter.write(Spec.template))
        #expect(spec.process?.args == ["sh"])
        #expect(spec.mounts.count == 7)
        #expect(spec.linux.namespaces.map(\.type) == ["pid", "network", "ipc", "uts", "mount"])
        #expect(spec.linux.resources?.devices.first?.allow == false)
    }

    @Test(arguments: ["runc", "crun"])
    func readsWhatThePeersWrite(peer: String) throws {
        let path = "/usr/sbin/\(peer)"
        let found = [path, "/usr/bin/\(peer)"].first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { return print("\(peer) is not installed: its configuration is not read") }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("oci-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: found)
        process.arguments = ["spec"]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        let spec = try Spec(parsing: Array(Data(contentsOf: folder.appendingPathComponent("config.json"))))
        #expect(spec.process?.rlimits.first?.type == "RLIMIT_NOFILE")
        #expect(spec.process?.capabilities?.bounding.count == 3)
        #expect(spec.linux.maskedPaths.contains("/proc/kcore"))
        #expect(spec.mounts.first { $0.destination == "/dev/pts" }?.options.contains("newinstance") == true)
    }

    @Test(arguments: [
        (#"{"process": {"args": "sh"}}"#, "process.args: an array is expected, not a string"),
        (#"{"process": {"args": ["a", 1]}}"#, "process.args[1]: a string is expected, not a number"),
        (#"{"process": {"args": ["a\u0000b"]}}"#, "process.args[0]: a NUL character is not allowed"),
        (#"{"annotations": {"a\u0000b": "c"}}"#, "annotations: a NUL character is not allowed in a name"),
        (#"{"process": {"user": {"uid": -1}}}"#, "process.user.uid: the number is out of range"),
        (#"{"root": {}}"#, "root.path: must be given"),
        (#"{"mounts": [{"type": "proc"}]}"#, "mounts[0].destination: must be given"),
        (#"{"hooks": {"poststop": [{"path": "true"}]}}"#, #"hooks.poststop[0].path: must be absolute, not "true""#),
        (#"{"hooks": {"prestart": [{"path": "/x", "timeout": 0}]}}"#, "hooks.prestart[0].timeout: must be greater than zero"),
        ("[]", "an object is expected, not an array"),
    ])
    func namesTheMemberThatIsWrong(text: String, message: String) {
        let error = #expect(throws: SpecError.self) { try Spec(parsing: Array(text.utf8)) }
        #expect(error?.description == message)
    }

    @Test func readsLimitsAsTheyAreWritten() throws {
        let text =
            #"{"linux": {"resources": {"memory": {"limit": 1048576, "swap": -1}, "pids": {"limit": 32}, "cpu": {"quota": 50000}}}, "process": {"rlimits": [{"type": "RLIMIT_CORE", "hard": 18446744073709551615, "soft": 0}]}}"#
        let spec = try Spec(parsing: Array(text.utf8))
        #expect(spec.linux.resources?.memory?.limit == 1_048_576)
        #expect(spec.linux.resources?.memory?.swap == -1)
        #expect(spec.linux.resources?.pidsLimit == 32)
        #expect(spec.linux.resources?.cpu?.quota == 50000)
        #expect(spec.process?.rlimits.first?.hard == .max)
    }

    @Test func printsAStateWithTheMembersCallersRead() throws {
        let state = State(id: "c1", status: .created, pid: 12, bundle: "/b", annotations: ["k": "v"])
        let json = String(decoding: JSONWriter.write(state.json), as: UTF8.self)
        #expect(json == #"{"ociVersion":"1.3.0","id":"c1","pid":12,"status":"created","bundle":"/b","annotations":{"k":"v"}}"#)
    }
}
