import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct ProcessPlanTests {
    private func plan(_ members: String) throws -> ProcessPlan {
        let text = #"{"args":["sh"],"# + members + "}"
        let process = try SpecProcess(JSONObject(try JSONParser.parse(Array(text.utf8)), at: "process"))
        return try ProcessPlan(process, personality: nil, isInUserNamespace: false)
    }

    @Test func schedulingIsWhatTheKernelTakes() throws {
        let members = #""scheduler":{"policy":"SCHED_DEADLINE","runtime":1,"deadline":2,"period":3,"flags":["SCHED_FLAG_RECLAIM"]}"#
        let scheduling = try #require(try plan(members).scheduling)
        #expect(scheduling.policy == 6 && scheduling.flags == 2 && scheduling.period == 3)
        #expect(try plan(#""ioPriority":{"class":"IOPRIO_CLASS_BE","priority":5}"#).ioPriority == 2 << 13 | 5)
    }

    @Test(arguments: [
        (#""scheduler":{"policy":"SCHED_OTHER","priority":1}"#, "process.scheduler.priority"),
        (#""scheduler":{"policy":"SCHED_FIFO","runtime":1}"#, "process.scheduler"),
        (#""scheduler":{"policy":"SCHED_OTHER","nice":-21}"#, "process.scheduler.nice"),
        (#""ioPriority":{"class":"X"}"#, "process.ioPriority.class"),
        (#""execCPUAffinity":{"initial":"3-1"}"#, "process.execCPUAffinity.initial"),
        (#""rlimits":[{"type":"RLIMIT_CPU"},{"type":"RLIMIT_CPU"}]"#, "process.rlimits[1].type"),
        (#""user":{"umask":512}"#, "process.user.umask"),
    ])
    func namesThePlaceOfWhatItRefuses(members: String, place: String) {
        let error = #expect(throws: RuntimeError.self) { try plan(members) }
        #expect(error?.description.hasPrefix(place) == true, "\(error?.description ?? "")")
    }

    @Test func aCapabilityThatCannotBeHadIsAWarning() throws {
        let plan = try plan(#""capabilities":{"bounding":["CAP_NONSENSE"],"ambient":["CAP_KILL"]}"#)
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("CAP_NONSENSE"))
        #expect(plan.capabilities.ambient == 0)
    }

    @Test func listsOfCPUsAreRead() {
        #expect(CPUSet("0-2,9")?.mask == [7, 2, 0, 0, 0, 0, 0, 0])
        for text in ["", "a", "1-", "-1", "3-1", "1,,2", "99999"] { #expect(CPUSet(text) == nil, "\(text)") }
    }

    @Test func ofVariablesGivenTwiceTheLastCounts() {
        var environment = ProcessEnvironment(["A=1", "B=2", "A=3", "AB=4"])
        #expect(environment.entries == ["B=2", "A=3", "AB=4"])
        #expect(environment["A"] == "3" && environment["C"] == nil)
        environment["B"] = "5=6"
        #expect(environment["B"] == "5=6")
    }

    @Test func everyMountOptionOfFeaturesIsUnderstood() throws {
        for name in MountOptions.names { #expect(try MountOptions([name]).data.isEmpty, "\(name)") }
    }

    @Test func socketsOfAnotherProcessAreNotHandedOn() {
        #expect(SocketActivation { ["LISTEN_PID": "1", "LISTEN_FDS": "2"][$0] }.count == 0)
    }
}
