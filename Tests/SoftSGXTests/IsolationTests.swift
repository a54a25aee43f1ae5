import CTestSignals
import EnclaveLayout
import EnclaveTestSupport
import Glibc
import SGX
import SoftSGX
import Testing

@Suite struct IsolationTests {
    @Test func aForkedChildHasNoEnclave() throws {
        let processor = try Processor()
        let image = processor.base + processor.placement.plan.placement.imageOffset
        #expect(test_signal_of_child_reading(UnsafeRawPointer(bitPattern: UInt(image))) == SIGSEGV)
    }

    @Test(arguments: [true, false])
    func extendedStateIsInitialAfterAnExit(patched: Bool) throws {
        let processor = try Processor(patched: patched)
        let thread = try processor.enclave.attach()
        for _ in 0..<3 {
            #expect(processor.call(thread, .dirty) == .finished(0))
            #expect(test_dirty_state() == 0)
        }
    }

    @Test func theHostsOwnFaultsStillReachItsHandler() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        #expect(processor.call(thread, .echo, 1) == .finished(2))
        // A child of ours dies of its own fault as if there were no enclave.
        #expect(test_signal_of_child_reading(UnsafeRawPointer(bitPattern: 16)) == SIGSEGV)
    }
}
