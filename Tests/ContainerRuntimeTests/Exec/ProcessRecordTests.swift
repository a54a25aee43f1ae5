import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct ProcessRecordTests {
    /// As the first version wrote it; every later one must read it.
    private let golden = #"""
        {"format":"inclavare.rune.process","version":1,"minimumReader":1,"process":{"args":["sh"],"cwd":"/data","env":["A=b"]},
        "personality":{"domain":"LINUX32"},"namespaces":["mount","pid"],"makesKeyring":false,
        "seccomp":{"instructions":"060000000000ff7f","flags":2,"listenerPath":"/run/agent","listenerMetadata":"m"}}
        """#

    @Test func readsTheFirstVersion() throws {
        let record = try ProcessRecord(decoding: Array(golden.utf8))
        #expect(try record.parsedProcess().cwd == "/data")
        #expect(try record.parsedPersonality()?.domain == "LINUX32")
        #expect(record.namespaces == [.mount, .pid] && !record.makesKeyring)
        #expect(record.filter?.instructions == [6, 0, 0, 0, 0, 0, 0xff, 0x7f] && record.filter?.flags == 2)
        #expect(record.filter?.listener == SeccompListener(path: "/run/agent", metadata: "m"))
        #expect(try ProcessRecord(decoding: record.encoded()).encoded() == record.encoded())
    }

    @Test func refusesWhatItDoesNotKnow() {
        let newer = golden.replacing("\"minimumReader\":1", with: "\"minimumReader\":2")
        #expect(throws: SpecError("minimumReader", "written by a newer rune")) { try ProcessRecord(decoding: Array(newer.utf8)) }
        let half = golden.replacing("060000000000ff7f", with: "0600")
        #expect(throws: SpecError.self) { try ProcessRecord(decoding: Array(half.utf8)) }
    }

    @Test func optionsOfExecChangeWhatTheFirstProcessHad() throws {
        let record = try ProcessRecord(decoding: Array(golden.utf8))
        var options = ExecOptions()
        options.arguments = ["id"]
        options.user = (5, nil)
        options.environment = ["A=c"]
        options.capabilities = ["CAP_KILL"]
        let process = options.applied(to: try record.parsedProcess())
        #expect(process.args == ["id"] && process.cwd == "/data" && process.user.uid == 5 && process.user.gid == 0)
        #expect(process.capabilities?.bounding == ["CAP_KILL"] && process.capabilities?.inheritable == [])
        #expect(ProcessEnvironment(process.env).entries == ["A=c"])
    }
}
