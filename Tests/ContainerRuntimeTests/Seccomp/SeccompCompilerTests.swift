import OCI
import Testing

@testable import ContainerRuntime

@Suite struct SeccompCompilerTests {
    private func compile(_ text: String) throws -> SeccompProgram {
        let object = try JSONObject(try JSONParser.parse(Array(text.utf8)), at: "linux.seccomp")
        return try SeccompCompiler.compile(try SpecSeccomp(object), cache: nil, log: RuntimeLog())
    }

    private func judge(_ program: SeccompProgram, _ call: UInt32, _ arguments: [UInt64] = []) -> UInt32? {
        FilterMachine(program.instructions, call: call, arguments: arguments).run()
    }

    @Test func refusesWhatIsListedAndLetsTheRestThrough() throws {
        let program = try compile(
            #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["getpid","no_such"],"action":"SCMP_ACT_ERRNO","errnoRet":28}]}"#
        )
        #expect(judge(program, 39) == FilterMachine.refused(28))
        #expect(judge(program, 110) == FilterMachine.allowed)
        #expect(judge(program, 9999) == FilterMachine.allowed)
        #expect(program.listener == nil && program.flags == 0)
    }

    @Test(
        arguments: [
            ("SCMP_CMP_EQ", 5, 5, true), ("SCMP_CMP_EQ", 5, 6, false), ("SCMP_CMP_NE", 5, 6, true), ("SCMP_CMP_NE", 5, 5, false),
            ("SCMP_CMP_LT", 5, 4, true), ("SCMP_CMP_LT", 5, 5, false), ("SCMP_CMP_LE", 5, 5, true), ("SCMP_CMP_LE", 5, 6, false),
            ("SCMP_CMP_GE", 5, 5, true), ("SCMP_CMP_GE", 5, 4, false), ("SCMP_CMP_GT", 5, 6, true), ("SCMP_CMP_GT", 5, 5, false),
        ] as [(String, UInt64, UInt64, Bool)])
    func comparesArguments(op: String, value: UInt64, argument: UInt64, holds: Bool) throws {
        let program = try compile(
            """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["kill"],"action":"SCMP_ACT_ERRNO",
            "args":[{"index":1,"value":\(value),"op":"\(op)"}]}]}
            """)
        #expect(judge(program, 62, [0, argument]) == (holds ? FilterMachine.refused(1) : FilterMachine.allowed))
    }

    @Test func masksArguments() throws {
        let program = try compile(
            """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["clone"],"action":"SCMP_ACT_ERRNO",
            "args":[{"index":0,"value":240,"valueTwo":16,"op":"SCMP_CMP_MASKED_EQ"}]}]}
            """)
        #expect(judge(program, 56, [0x1f]) == FilterMachine.refused(1))
        #expect(judge(program, 56, [0x2f]) == FilterMachine.allowed)
    }

    @Test func conditionsOnOneArgumentAreAlternatives() throws {
        let program = try compile(
            """
            {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["kill"],"action":"SCMP_ACT_ERRNO",
            "args":[{"index":1,"value":3,"op":"SCMP_CMP_EQ"},{"index":1,"value":4,"op":"SCMP_CMP_EQ"}]}]}
            """)
        #expect(judge(program, 62, [0, 3]) == FilterMachine.refused(1))
        #expect(judge(program, 62, [0, 4]) == FilterMachine.refused(1))
        #expect(judge(program, 62, [0, 5]) == FilterMachine.allowed)
    }

    @Test(arguments: [["SCMP_ARCH_X86_64"], ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]])
    func callsNewerThanTheProfileAreAbsent(architectures: [String]) throws {
        let list = architectures.map { "\"\($0)\"" }.joined(separator: ",")
        let program = try compile(
            #"{"defaultAction":"SCMP_ACT_ERRNO","architectures":[\#(list)],"syscalls":[{"names":["getpid","openat2"],"action":"SCMP_ACT_ALLOW"}]}"#
        )
        #expect(judge(program, 39) == FilterMachine.allowed)
        #expect(judge(program, 62) == FilterMachine.refused(1))
        #expect(judge(program, 437) == FilterMachine.allowed)
        #expect(judge(program, 438) == FilterMachine.refused(38))
        guard architectures.count == 3 else { return }
        let (x32, i386): (UInt32, UInt32) = (0x4000_0000, 0x4000_0003)
        #expect(judge(program, x32 | 39) == FilterMachine.allowed)
        #expect(judge(program, x32 | 62) == FilterMachine.refused(1))
        #expect(judge(program, x32 | 600) == FilterMachine.refused(38))
        #expect(FilterMachine(program.instructions, call: 20, architecture: i386).run() == FilterMachine.allowed)
        #expect(FilterMachine(program.instructions, call: 438, architecture: i386).run() == FilterMachine.refused(38))
    }

    @Test(arguments: [
        (#"{"defaultAction":"SCMP_ACT_X"}"#, "linux.seccomp.defaultAction"),
        (#"{"defaultAction":"SCMP_ACT_NOTIFY"}"#, "linux.seccomp.defaultAction"),
        (#"{"defaultAction":"SCMP_ACT_ALLOW","defaultErrnoRet":1}"#, "linux.seccomp.defaultAction"),
        (#"{"defaultAction":"SCMP_ACT_ALLOW","flags":["X"]}"#, "linux.seccomp.flags"),
        (#"{"defaultAction":"SCMP_ACT_ALLOW","architectures":["X"]}"#, "linux.seccomp.architectures"),
        (#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["kill"],"action":"X"}]}"#, "linux.seccomp.syscalls[0].action"),
        (
            #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["kill"],"action":"SCMP_ACT_NOTIFY"}]}"#,
            "linux.seccomp.listenerPath"
        ),
    ])
    func namesThePlaceOfWhatItRefuses(text: String, place: String) {
        let error = #expect(throws: RuntimeError.self) { try compile(text) }
        #expect(error?.description.hasPrefix(place) == true, "\(error?.description ?? "")")
    }
}
