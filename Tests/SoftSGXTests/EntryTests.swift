import CSoftSGX
import EnclaveLayout
import EnclaveTestSupport
import SGX
import SoftSGX
import Testing

@Suite struct EntryTests {
    @Test func entersAndLeavesWithTheHardwaresRegisters() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        var seen = [UInt64](repeating: 0, count: 10)
        let end = seen.withUnsafeMutableBytes { bytes in
            processor.call(thread, .registers, UInt64(UInt(bitPattern: bytes.baseAddress)), 0x55)
        }
        guard case .finished = end else {
            Issue.record("ended with \(end)")
            return
        }
        #expect(seen[0] == 0, "RAX is CSSA")
        #expect(seen[1] > processor.base + processor.enclave.secs.size, "RCX is the address after EENTER, in the host")
        #expect(seen[2] == 0x55, "RDX passes through")
        #expect(seen[3] == processor.tcs(), "RBX is the TCS")
        #expect(seen[7] == Processor.Command.registers.rawValue, "RDI passes through")
    }

    @Test func setsFSAndGSToTheBasesOfTheTCS() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        var bases: [UInt64] = [0, 0]
        _ = bases.withUnsafeMutableBytes { processor.call(thread, .bases, UInt64(UInt(bitPattern: $0.baseAddress))) }
        let block = processor.base + processor.placement.plan.placement.vcpuBlock(0)
        #expect(bases == [block + 4096, block])
    }

    @Test(arguments: [false, true], [false, true])
    func answersOnEveryWayInAndOut(patched: Bool, trapping: Bool) throws {
        let processor = try Processor(patched: patched)
        let thread = try processor.enclave.attach()
        #expect((processor.enclave.patchedSites > 0) == patched)
        #expect(processor.call(thread, .echo, 41, trapping: trapping) == .finished(42))
        #expect(processor.call(thread, .divide, 8, trapping: trapping) == .finished(9))
        #expect(processor.call(thread, .undefined, trapping: trapping) == .finished(0x1234))
    }

    @Test func refusesWhatIsNoFreeTCS() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        #expect(processor.call(thread, .echo, tcs: processor.tcs() + 1) == .entryFault(13))
        #expect(processor.call(thread, .echo, tcs: processor.tcs() - 4096) == .entryFault(14))
        #expect(processor.call(thread, .echo, tcs: processor.base + processor.enclave.secs.size) == .entryFault(14))
        #expect(processor.call(thread, .echo, tcs: processor.base + 0x800_000) == .entryFault(14))
    }

    @Test func resumesOnlyWhatWasInterrupted() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        var entry = softsgx_entry()
        entry.tcs = processor.tcs()
        entry.function = UInt32(SOFTSGX_ERESUME)
        thread.enter(&entry)
        #expect(entry.function == UInt32(SOFTSGX_ERESUME))
        #expect(entry.vector == 13)
    }

    @Test func entersNoDeeperThanItsFrames() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        var entry = softsgx_entry()
        (entry.tcs, entry.function, entry.rdi) = (processor.tcs(), UInt32(SOFTSGX_EENTER), Processor.Command.divide.rawValue)
        thread.enter(&entry)
        #expect(entry.function == UInt32(SOFTSGX_ERESUME), "the division is interrupted, CSSA is 1")
        // Both frames in use would need NSSA 3; the fixture's handler leaves its frame, so this one may enter again and again.
        for _ in 0..<3 {
            (entry.function, entry.rdi) = (UInt32(SOFTSGX_EENTER), 3)
            thread.enter(&entry)
            #expect(entry.function == UInt32(SOFTSGX_EEXIT))
        }
    }

    @Test func refusesEntryBeforeEINIT() throws {
        let enclave = try TestEnclave(image: Processor.image.get())
        let created = try enclave.created()
        for run in enclave.plan.runs { try TestEnclave.add(run, to: created) }
        try enclave.map(created)
        let thread = try created.attach()
        var entry = softsgx_entry()
        (entry.tcs, entry.function) = (created.secs.baseAddress + enclave.plan.placement.tcs(0), UInt32(SOFTSGX_EENTER))
        thread.enter(&entry)
        #expect(entry.function == UInt32(SOFTSGX_EENTER))
        #expect(entry.vector == 13)
    }
}
