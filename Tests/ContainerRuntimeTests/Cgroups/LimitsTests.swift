import OCI
import Testing

@testable import ContainerRuntime

@Suite struct LimitsTests {
    private func resources(_ text: String) throws -> SpecResources { try SpecResources(parsing: Array(text.utf8)) }

    private func v1(_ text: String) throws -> [String] {
        LimitsV1.settings(try resources(text)).map { "\($0.controller) \($0.choices[0].file) \($0.choices[0].value)" }
    }

    private func v2(_ text: String, over present: LimitsV2.Present = .init()) throws -> [String] {
        try LimitsV2.settings(resources(text), over: present).map { "\($0.choices[0].file) \($0.choices[0].value)" }
    }

    @Test func limitsBecomeFilesOfV1() throws {
        let text = #"{"pids": {"limit": 5}, "memory": {"limit": 100, "swap": 200}, "cpu": {"shares": 512, "mems": "0"}}"#
        #expect(
            try v1(text) == [
                "memory memory.limit_in_bytes 100", "memory memory.memsw.limit_in_bytes 200", "cpu cpu.shares 512",
                "cpuset cpuset.mems 0", "pids pids.max 5",
            ])
    }

    @Test func limitsBecomeFilesOfV2InItsUnits() throws {
        let text = #"{"pids": {"limit": -1}, "memory": {"limit": 100, "swap": 300}, "cpu": {"shares": 1024, "quota": 5000}}"#
        #expect(
            try v2(text) == ["memory.max 100", "memory.swap.max 200", "cpu.weight 100", "cpu.max 5000 100000", "pids.max max"])
    }

    @Test(arguments: [(2, 1), (1, 1), (512, 59), (1024, 100), (2048, 174), (262_144, 10_000), (300_000, 10_000)])
    func theScalesOfSharesAndWeightsMeetAtTheirEndsAndDefaults(shares: UInt64, weight: UInt64) {
        #expect(LimitsV2.weight(shares: shares) == weight)
    }

    @Test func zeroChangesNothing() throws {
        let text = #"{"pids": {"limit": 0}, "memory": {"limit": 0, "swap": 0}, "cpu": {"shares": 0, "quota": 0, "period": 0}}"#
        #expect(try v1(text) == [])
        #expect(try v2(text) == [])
    }

    @Test func withoutALimitOfMemoryThereIsNoneOfSwapEither() throws {
        #expect(try v1(#"{"memory": {"limit": -1}}"#).last == "memory memory.memsw.limit_in_bytes -1")
        #expect(try v2(#"{"memory": {"limit": -1}}"#) == ["memory.max max", "memory.swap.max max"])
    }

    @Test func swapOfV2IsWhatIsMoreThanMemoryAndIncludesIt() throws {
        #expect(try v2(#"{"memory": {"swap": 300}}"#, over: .init(memoryLimit: 100)) == ["memory.swap.max 200"])
        #expect(throws: RuntimeError.self) { try v2(#"{"memory": {"swap": 300}}"#) }
        #expect(throws: RuntimeError.self) { try v2(#"{"memory": {"limit": 100, "swap": 50}}"#) }
        #expect(try v2(#"{"memory": {"limit": 100, "swap": 100}}"#).last == "memory.swap.max 0")
    }

    @Test func aLimitBelowTheUseIsRefusedWhereThatIsAskedFor() throws {
        let present = LimitsV2.Present(memoryUsage: 200)
        #expect(throws: RuntimeError.self) { try v2(#"{"memory": {"limit": 100, "checkBeforeUpdate": true}}"#, over: present) }
        #expect(try v2(#"{"memory": {"limit": 100}}"#, over: present) == ["memory.max 100"])
        #expect(try v2(#"{"memory": {"limit": 300, "checkBeforeUpdate": true}}"#, over: present) == ["memory.max 300"])
    }

    @Test func quotaAndPeriodKeepEachOtherInV2() throws {
        let present = LimitsV2.Present(quota: "5000", period: "20000")
        #expect(try v2(#"{"cpu": {"quota": 7000}}"#, over: present) == ["cpu.max 7000 20000"])
        #expect(try v2(#"{"cpu": {"period": 10000}}"#, over: present) == ["cpu.max 5000 10000"])
        #expect(try v2(#"{"cpu": {"quota": -1}}"#, over: present) == ["cpu.max max 20000"])
    }

    @Test func disksAreThrottledInTheFormOfEach() throws {
        let text = #"""
            {"blockIO": {"weight": 500, "weightDevice": [{"major": 8, "minor": 0, "weight": 10}],
            "throttleReadBpsDevice": [{"major": 8, "minor": 16, "rate": 1000}],
            "throttleWriteIOPSDevice": [{"major": 8, "minor": 16, "rate": 0}]}}
            """#
        #expect(
            try v1(text) == [
                "blkio blkio.weight 500", "blkio blkio.weight_device 8:0 10", "blkio blkio.throttle.read_bps_device 8:16 1000",
                "blkio blkio.throttle.write_iops_device 8:16 0",
            ])
        #expect(
            try v2(text) == ["io.bfq.weight 500", "io.bfq.weight 8:0 10", "io.max 8:16 rbps=1000", "io.max 8:16 wiops=max"])
        let weights = try LimitsV2.settings(resources(text), over: .init()).prefix(2).map { $0.choices[1] }
        #expect(weights.map(\.file) == ["io.weight", "io.weight"] && weights.map(\.value) == ["4950", "8:0 1"])
    }

    @Test func theRestHasItsFilesToo() throws {
        let text = #"""
            {"hugepageLimits": [{"pageSize": "2MB", "limit": 4}], "network": {"classID": 7, "priorities": [{"name": "lo", "priority": 3}]},
            "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}}}
            """#
        #expect(
            try v1(text) == [
                "hugetlb hugetlb.2MB.limit_in_bytes 4", "hugetlb hugetlb.2MB.rsvd.limit_in_bytes 4", "net_cls net_cls.classid 7",
                "net_prio net_prio.ifpriomap lo 3", "rdma rdma.max mlx5_1 hca_handle=3 hca_object=10000",
            ])
        #expect(
            try v2(text) == ["hugetlb.2MB.max 4", "hugetlb.2MB.rsvd.max 4", "rdma.max mlx5_1 hca_handle=3 hca_object=10000"])
    }

    @Test func whatV2DoesNotHaveIsNamed() throws {
        let text = #"{"memory": {"kernel": 5, "swappiness": 0, "disableOOMKiller": true}, "cpu": {"realtimeRuntime": 5}}"#
        #expect(
            LimitsV2.unknown(try resources(text)) == [
                "memory.kernel", "memory.swappiness", "memory.disableOOMKiller", "cpu.realtimeRuntime",
            ])
    }

    @Test func anIdleContainerHasNoShare() throws {
        #expect(try v1(#"{"cpu": {"idle": 1, "shares": 100}}"#) == ["cpu cpu.idle 1"])
        #expect(try v2(#"{"cpu": {"idle": 1, "shares": 100}}"#) == ["cpu.idle 1"])
    }

    @Test(arguments: [
        (#"{"memory": {"swappiness": 101}}"#, "memory.swappiness"), (#"{"cpu": {"idle": 2}}"#, "cpu.idle"),
        (#"{"memory": {"limit": "1"}}"#, "memory.limit"), (#"{"cpu": {"shares": -1}}"#, "cpu.shares"),
        (#"{"hugepageLimits": [{"pageSize": "../x", "limit": 1}]}"#, "hugepageLimits[0].pageSize"),
        (#"{"devices": [{"allow": true, "type": "x"}]}"#, "devices[0].type"),
        (#"{"devices": [{"allow": true, "access": "rx"}]}"#, "devices[0].access"),
        (#"{"devices": [{"allow": true, "major": 4294967296}]}"#, "devices[0].major"),
        (#"{"unified": {"../../cgroup.procs": "1"}}"#, "unified.../../cgroup.procs"),
        (#"{"blockIO": {"weight": 70000}}"#, "blockIO.weight"),
        (#"{"blockIO": {"throttleReadBpsDevice": [{"rate": 1}]}}"#, "blockIO.throttleReadBpsDevice[0].major"),
        (#"{"network": {"classID": -1}}"#, "network.classID"), (#"{"rdma": {"d": {"hcaHandles": -1}}}"#, "rdma.d.hcaHandles"),
    ])
    func wrongResourcesNameTheirPlace(text: String, path: String) {
        let error = #expect(throws: SpecError.self) { try resources(text) }
        #expect(error?.path == path)
    }

    @Test func statisticsAreReadFromTheKernelsTables() {
        #expect(CgroupStatistics.list("0-2,5\n") == [0, 1, 2, 5])
        #expect(MemoryStatistics.pairs("cache 5\nrss 7\nodd\n") == ["cache": .unsigned(5), "rss": .unsigned(7)])
        #expect(
            BlockIOStatistics.entries("8:0 Read 4096\nTotal 4096\n") == [
                ["major": .unsigned(8), "minor": .unsigned(0), "op": "Read", "value": .unsigned(4096)]
            ])
        #expect(
            PressureStatistics.parse("some avg10=0.50 total=7\n")
                == ["some": .object([JSON.Member("avg10", .number(0.5)), JSON.Member("total", .unsigned(7))])])
    }
}
