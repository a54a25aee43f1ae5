import CSoftSGX
import EnclaveLayout
import EnclaveTestSupport
import SGX
import SoftSGX
import Testing

/// What the fixture's handler found in its save state area.
private struct Seen {
    var vector: UInt32
    var type: UInt32
    var valid: Bool
    var address: UInt64
    var errorCode: UInt64
    var rip: UInt64
}

@Suite struct ExceptionTests {
    private func seen(_ processor: Processor, _ thread: borrowing SoftThread) -> Seen {
        var words = [UInt64](repeating: 0, count: 4)
        _ = words.withUnsafeMutableBytes { processor.call(thread, .seen, UInt64(UInt(bitPattern: $0.baseAddress))) }
        let information = UInt32(truncatingIfNeeded: words[0])
        return Seen(
            vector: information & 0xff, type: information >> 8 & 7, valid: information >> 31 == 1, address: words[1],
            errorCode: words[2], rip: words[3])
    }

    @Test(arguments: [
        (Processor.Command.divide, UInt16(0)), (.systemCall, 6), (.interrupt80, 6), (.undefined, 6), (.breakpoint, 3),
    ])
    func reportsTheVectorInsideAndOutside(command: Processor.Command, vector: UInt16) throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        var outside: [UInt16] = []
        let end = processor.call(thread, command, 5) { outside.append($0.vector) }
        guard case .finished = end else {
            Issue.record("ended with \(end)")
            return
        }
        #expect(outside == [vector])
        let seen = seen(processor, thread)
        #expect(seen.valid)
        #expect(seen.vector == UInt32(vector))
        #expect(seen.type == (vector == 3 ? 6 : 3), "INT3 is a software exception")
    }

    @Test func aSystemCallIsAnUndefinedInstructionWithRAXAsItWas() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        var rip: UInt64 = 0
        #expect(processor.call(thread, .systemCall) { rip = $0.rip } == .finished(0x1234))
        let code = UnsafePointer<UInt8>(bitPattern: UInt(rip))
        #expect(code?[0] == 0x0f && code?[1] == 0x05, "RIP stands at the SYSCALL itself")
        #expect(seen(processor, thread).rip == rip)
    }

    @Test func tellsTheHostOnlyThePageOfAFault() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        let target = processor.base + 0x20_0123
        var outside: UInt64 = 0
        // The page was never added.
        #expect(processor.call(thread, .load, target + 0x100_0000) { outside = $0.address } == .finished(0xbad))
        #expect(outside == (target + 0x100_0000) & ~4095)
        let seen = seen(processor, thread)
        #expect(seen.vector == 14)
        #expect(seen.address == target + 0x100_0000, "EXINFO has the whole address")
    }

    @Test func enforcesTheRightsOfPages() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        let placement = processor.placement.plan.placement
        #expect(processor.call(thread, .store, processor.base + placement.configurationOffset) == .finished(0xbad), "R")
        #expect(processor.call(thread, .store, processor.base + placement.imageOffset + 0x1000) == .finished(0xbad), "RX")
        #expect(processor.call(thread, .load, processor.tcs()) == .finished(0xbad), "a TCS is nobody's")
        #expect(processor.call(thread, .store, processor.base + placement.kernelHeapOffset) == .finished(1), "RW")
    }

    @Test func unknownLeavesExitsInsideAndJumpsOutsideFault() throws {
        let processor = try Processor()
        let thread = try processor.enclave.attach()
        for leaf: UInt64 in [2, 3, 8, 9, 0x7fff_ffff] {
            #expect(processor.call(thread, .unknownLeaf, leaf) == .finished(0xbad))
            #expect(seen(processor, thread).vector == 13)
        }
        #expect(processor.call(thread, .exitInside) == .finished(0xbad))
        #expect(processor.call(thread, .outside, 0x10) == .finished(0xbad))
        #expect(processor.call(thread, .echo, 1) == .finished(2), "and the TCS is as good as new")
    }

    @Test func unmeasuredPagesHoldWhatTheHostPutThere() throws {
        let processor = try Processor(fill: 0xcc)
        let thread = try processor.enclave.attach()
        #expect(processor.call(thread, .load, processor.base + 0x10000) == .finished(0xcc))
        #expect(processor.call(thread, .load, processor.base + 0x10fff) == .finished(0xcc))
    }
}
