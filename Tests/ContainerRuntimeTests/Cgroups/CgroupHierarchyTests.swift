import OCI
import Testing

@testable import ContainerRuntime

@Suite struct CgroupHierarchyTests {
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

    @Test func inV2ARelativePathIsBesideTheCallerWhoseCgroupCannotHandControllersDown() throws {
        let unified = try #require(hierarchies.last)
        #expect(unified.directory(of: "c", id: "c") == "/sys/fs/cgroup/unified/c")
        let deep = CgroupHierarchy.parse(
            mountInfo: "30 25 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", memberships: "0::/user.slice/session-1.scope")
        #expect(deep.map { $0.directory(of: nil, id: "c") } == ["/sys/fs/cgroup/user.slice/c"])
        #expect(deep.map { $0.directory(of: "/x", id: "c") } == ["/sys/fs/cgroup/x"])
    }

    @Test func anEmptyPathIsNone() throws {
        let pids = try #require(hierarchies.first { $0.controllers == ["pids"] })
        #expect(pids.directory(of: "", id: "c") == "/sys/fs/cgroup/pids/user/c")
    }

    @Test func mountPointsAreReadAsTheKernelEscapesThem() {
        let found = CgroupHierarchy.parse(
            mountInfo: #"27 25 0:24 / /mnt/with\040space\134 rw - cgroup cgroup rw,pids"#, memberships: "3:pids:/")
        #expect(found.map(\.mountPoint) == [#"/mnt/with space\"#])
    }
}
