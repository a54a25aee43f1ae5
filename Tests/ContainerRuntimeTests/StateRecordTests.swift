import OCI
import Testing

@testable import ContainerRuntime

@Suite struct StateRecordTests {
    /// As the first version wrote it; every later one must read it.
    private let golden = #"""
        {"format":"inclavare.rune.state","version":1,"minimumReader":1,"id":"c1","pid":4711,"startTime":99,
        "bundle":"/b","rootfs":"/b/rootfs","created":"2026-01-02T03:04:05.000000006Z","annotations":{"a":"b"},
        "cgroups":["/sys/fs/cgroup/pids/c1"],"hasOwnPIDNamespace":true,"hooks":{"poststop":[{"path":"/bin/x"}]}}
        """#

    @Test func readsTheFirstVersion() throws {
        let record = try StateRecord(decoding: Array(golden.utf8))
        #expect(record.id == "c1" && record.pid == 4711 && record.startTime == 99)
        #expect(record.annotations == ["a": "b"])
        let pids = CgroupFolder(path: "/sys/fs/cgroup/pids/c1", controllers: ["pids"], isUnified: false)
        #expect(record.cgroups.folders == [pids])
        #expect(try record.parsedHooks().poststop.map(\.path) == ["/bin/x"])
        #expect(try StateRecord(decoding: record.encoded()).encoded() == record.encoded())
    }

    @Test func anEnclaveStaysOneAndRefusesWhatWorksOnProcesses() throws {
        var record = try StateRecord(decoding: Array(golden.utf8))
        #expect(record.enclave == nil)
        try record.requireOrdinary(for: "exec")
        var spec = try Spec(parsing: Array(#"{"annotations":{"enclave.type":"intelSgx"}}"#.utf8))
        record.enclave = try EnclaveSelection(&spec, EnclaveConfigurationFile()).map(EnclaveRecord.init)
        let read = try StateRecord(decoding: record.encoded())
        #expect(read.enclave == record.enclave && read.enclave?.isLibOS == true)
        let error = #expect(throws: RuntimeError.self) { try read.requireOrdinary(for: "exec") }
        #expect(
            error?.description.hasPrefix("cannot exec in container c1: its program runs inside an enclave (runtime libos)") == true)
    }

    @Test func whatEachCgroupIsIsKeptBesideItsPath() throws {
        var record = try StateRecord(decoding: Array(golden.utf8))
        record.cgroups = CgroupSet(folders: [
            CgroupFolder(path: "/mnt/a/c1", controllers: ["cpu", "cpuacct"], isUnified: false),
            CgroupFolder(path: "/mnt/b/c1", controllers: ["hugetlb"], isUnified: true),
        ])
        #expect(try StateRecord(decoding: record.encoded()).cgroups == record.cgroups)
    }

    @Test func refusesWhatItDoesNotKnow() {
        let newer = golden.replacing("\"minimumReader\":1", with: "\"minimumReader\":3")
        #expect(throws: SpecError("minimumReader", "written by a newer rune")) { try StateRecord(decoding: Array(newer.utf8)) }
        let other = golden.replacing("inclavare.rune.state", with: "runc")
        #expect(throws: SpecError("format", "not a state of rune")) { try StateRecord(decoding: Array(other.utf8)) }
        #expect(throws: SpecError.self) { try StateRecord(decoding: []) }
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "ä", String(repeating: "x", count: 256)])
    func refusesNamesThatAreNoFolder(id: String) {
        #expect(throws: RuntimeError.self) { try StateDirectory(root: "/run/x", id: id) }
    }
}
