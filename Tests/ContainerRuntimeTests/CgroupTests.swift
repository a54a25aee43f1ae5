import OCI
import Testing

@testable import ContainerRuntime

@Suite struct CgroupTests {
    private let mountInfo = """
        25 1 0:22 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        26 25 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
        27 25 0:24 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        28 25 0:25 /docker/abc /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        29 25 0:26 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        30 25 0:27 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

        """
    private let memberships = """
        5:memory:/docker/abc/own
        4:cpu,cpuacct:/
        3:pids:/user
        2:name=systemd:/
        1:hugetlb:/
        0::/init.scope

        """

    private var hierarchies: [CgroupHierarchy] {
        CgroupHierarchy.parse(mountInfo: mountInfo, memberships: memberships)
    }

    @Test func onlyMountedHierarchiesCount() {
        #expect(hierarchies.map(\.controllers) == [["cpu", "cpuacct"], ["pids"], ["memory"], ["name=systemd"], []])
        #expect(hierarchies.last?.isUnified == true)
        #expect(hierarchies.first?.name == "cpu,cpuacct")
    }

    @Test func aPathFromTheRootIsTakenFromTheRootAndAnyOtherFromTheCallersOwn() throws {
        let pids = try #require(hierarchies.first { $0.controllers == ["pids"] })
        #expect(pids.directory(of: nil, id: "c") == "/sys/fs/cgroup/pids/user/c")
        #expect(pids.directory(of: "/a/b", id: "c") == "/sys/fs/cgroup/pids/a/b")
        #expect(pids.directory(of: "a/b", id: "c") == "/sys/fs/cgroup/pids/user/a/b")
        let memory = try #require(hierarchies.first { $0.controllers == ["memory"] })
        #expect(memory.directory(of: nil, id: "c") == "/sys/fs/cgroup/memory/own/c")
    }

    @Test func noPathLeadsOutOfTheHierarchy() throws {
        let pids = try #require(hierarchies.first { $0.controllers == ["pids"] })
        #expect(pids.directory(of: "/../../../etc", id: "c") == "/sys/fs/cgroup/pids/etc")
        #expect(pids.directory(of: "../../../etc", id: "c") == "/sys/fs/cgroup/pids/user/etc")
    }

    private func resources(_ text: String) throws -> SpecResources {
        let spec = try Spec(parsing: Array("{\"linux\": {\"resources\": \(text)}}".utf8))
        return try #require(spec.linux.resources)
    }

    @Test func limitsBecomeFilesOfV1() throws {
        let text = #"{"pids": {"limit": 5}, "memory": {"limit": 100, "swap": 200}, "cpu": {"shares": 512, "mems": "0"}}"#
        let settings = CgroupLimits.settings(try resources(text)).map { "\($0.controller) \($0.file) \($0.value)" }
        #expect(
            settings == [
                "memory memory.limit_in_bytes 100", "memory memory.memsw.limit_in_bytes 200", "cpuset cpuset.mems 0",
                "cpu cpu.shares 512", "pids pids.max 5",
            ])
    }

    @Test func limitsBecomeFilesOfV2InItsUnits() throws {
        let text = #"{"pids": {"limit": -1}, "memory": {"limit": 100, "swap": 300}, "cpu": {"shares": 1024, "quota": 5000}}"#
        let settings = CgroupLimits.unifiedSettings(try resources(text)).map { "\($0.file) \($0.value)" }
        #expect(
            settings == ["memory.max 100", "memory.swap.max 200", "cpu.weight 39", "cpu.max 5000 100000", "pids.max max"])
    }

    @Test func deviceRulesBecomeLines() throws {
        let text = #"{"devices": [{"allow": false}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}"#
        #expect(try resources(text).devices.map(DeviceRules.line) == ["a", "c 10:229 rw"])
        #expect(
            try resources(#"{"devices": [{"allow": true, "type": "c", "major": 4}]}"#).devices.map(DeviceRules.line) == [
                "c 4:* rwm"
            ])
    }
}
