import CTestPrograms
import EnclaveTestSupport
import SGX
import SoftSGX
import Testing

/// Programs that know nothing of us: the vDSO's entry, ENCLU of their own, signal handlers of their own, forks.
@Suite struct ProgramTests {
    private func run(_ program: (UnsafePointer<test_fixture>?) -> Int32, vcpu: UInt32 = 0) throws -> Int32 {
        let processor = try Processor(sharedWithVCPUs: 2)
        var fixture = test_fixture()
        fixture.tcs = processor.tcs(vcpu)
        fixture.base = processor.base
        fixture.size = processor.enclave.secs.size
        fixture.absent = processor.base + 0x300_0000
        return withUnsafePointer(to: fixture) { program($0) }
    }

    @Test func handlersMasksAndStacksAreAsTheKernelHasThem() {
        let records = [Int32(0), 1].map { ours in
            var text = [CChar](repeating: 0, count: 65536)
            test_record_handlers(ours, &text, text.count)
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: "\n")
        }
        for (index, line) in records[0].enumerated() {
            #expect(index < records[1].count && records[1][index] == line)
        }
        #expect(records[0].count > 20)
    }

    @Test func aHandlerMayInterruptTheEnclaveAtAnyInstant() throws { #expect(try run(test_handler_interrupts_enclave) == 0) }
    @Test func aHandlerMayLeaveByJumpingAndTheEnclaveCanBeResumed() throws { #expect(try run(test_handler_jumps_out) == 0) }
    @Test func enclusOfAProgramMeetItsOwnExitPointer() throws { #expect(try run(test_own_enclu) == 0) }
    @Test func aForkedChildEntersItsParentsEnclave() throws { #expect(try run(test_fork_enters) == 0) }
    @Test func threadsComeAndGoWithoutATrace() throws { #expect(try run(test_threads_leave_no_trace) == 0) }
    @Test func systemCallsInsideAreUndefinedOnTheVDSOsWay() throws { #expect(try run(test_system_call_inside) == 0) }
    @Test func setuidOfAllThreadsReachesTheOneInside() throws {
        let line = try run(test_user_changes)
        #expect(line == 0)
    }
    @Test func aTooSmallAlternateStackEndsTheProgram() throws { #expect([0, -11].contains(try run(test_small_stack))) }
}
