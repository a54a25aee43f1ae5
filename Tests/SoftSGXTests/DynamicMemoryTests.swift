import CSoftSGX
import EnclaveLayout
import EnclaveTestSupport
import Glibc
import Linux
import SGX
import SoftSGX
import Testing

/// EAUG, EACCEPT, EMODPE, EMODPR, EMODT, EREMOVE on both kinds of memory.
@Suite struct DynamicMemoryTests {
    private static let place: UInt64 = 0x200_0000
    private static let readWrite: SECINFO.Flags = [.read, .write]

    private func processor(shared: Bool, rights: MemoryRights = [.read, .write, .execute]) throws -> Processor {
        let processor = try shared ? Processor(sharedWithVCPUs: 2) : Processor()
        try processor.enclave.map(Self.place, 64 * 4096, rights)
        return processor
    }

    private struct Leaf {
        var end: Processor.End
        var rax: UInt64
        var zero: Bool
    }

    private func leaf(
        _ processor: Processor, _ thread: borrowing SoftThread, _ number: UInt64, _ secinfo: SECINFO, page: UInt64 = 0,
        from: UInt64 = 0
    ) -> Leaf {
        let base = processor.base + Self.place
        var words = [number, secinfo.flags.rawValue, base + page * 4096, base + from * 4096, 0xdead, 0]
        let end = words.withUnsafeMutableBytes { processor.call(thread, .leaf, UInt64(UInt(bitPattern: $0.baseAddress))) }
        return Leaf(end: end, rax: words[4], zero: words[5] & 0x40 != 0)
    }

    private func accept(
        _ processor: Processor, _ thread: borrowing SoftThread, _ secinfo: SECINFO = SECINFO(.regular, [.read, .write, .pending]),
        page: UInt64 = 0
    ) -> UInt64? {
        let done = leaf(processor, thread, 5, secinfo, page: page)
        return done.end == .finished(1) && done.zero == (done.rax != 0) ? done.rax : nil
    }

    private func address(_ processor: Processor, _ page: UInt64 = 0) -> UInt64 { processor.base + Self.place + page * 4096 }

    @Test(arguments: [false, true])
    func aFaultAddsThePageAndTheEnclaveAcceptsIt(shared: Bool) throws {
        let processor = try processor(shared: shared)
        let thread = try processor.enclave.attach()
        var codes: [UInt16] = []
        #expect(processor.call(thread, .load, address(processor)) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(processor.call(thread, .store, address(processor)) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(codes == [0x8005, 0x8007], "there, but pending")
        #expect(accept(processor, thread) == 0)
        #expect(processor.call(thread, .load, address(processor)) == .finished(0))
        #expect(processor.call(thread, .store, address(processor)) == .finished(1))
        #expect(processor.call(thread, .load, address(processor)) == .finished(1))
        #expect(accept(processor, thread) == 19, "it is not pending any more")
        #expect(accept(processor, thread, page: 1) == 0, "an absent page is added and accepted at once")
        #expect(processor.call(thread, .callAt, address(processor)) == .finished(0xbad), "not executable")
    }

    @Test(arguments: [false, true])
    func aMappingWithoutTheRightIsAnOrdinaryFault(shared: Bool) throws {
        let processor = try processor(shared: shared, rights: .read)
        let thread = try processor.enclave.attach()
        var codes: [UInt16] = []
        #expect(processor.call(thread, .store, address(processor)) { codes.append($0.error_code) } == .finished(0xbad))
        let beyond = processor.base + 0x300_0000
        #expect(processor.call(thread, .load, beyond) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(codes == [6, 4])
    }

    @Test(arguments: [false, true])
    func rightsAreExtendedInsideAndRestrictedOutside(shared: Bool) throws {
        let processor = try processor(shared: shared)
        let thread = try processor.enclave.attach()
        #expect(accept(processor, thread) == 0)
        #expect(leaf(processor, thread, 6, SECINFO(.regular, [.read, .write, .execute])).end == .finished(1))
        #expect(processor.call(thread, .callAt, address(processor)) != .finished(1), "zeros are no function, but they are fetched")
        var progress = PageProgress()
        try processor.enclave.restrictPermissions(Self.place, 4096, to: .read, progress: &progress)
        #expect(progress.bytes == 4096 && progress.result == 0)
        var codes: [UInt16] = []
        #expect(processor.call(thread, .store, address(processor)) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(codes == [0x8007])
        #expect(accept(processor, thread, SECINFO(.regular, [.read, .restricted])) == 0)
        #expect(processor.call(thread, .load, address(processor)) == .finished(0))
    }

    @Test(arguments: [false, true])
    func aRemovedPageComesBackEmpty(shared: Bool) throws {
        let processor = try processor(shared: shared)
        let thread = try processor.enclave.attach()
        #expect(accept(processor, thread) == 0)
        #expect(processor.call(thread, .store, address(processor)) == .finished(1))
        var progress = PageProgress()
        let early = #expect(throws: SoftSGXError.self) {
            try processor.enclave.removePages(Self.place, 4096, progress: &progress)
        }
        #expect(early?.errno == EPERM)
        try processor.enclave.modifyTypes(Self.place, 4096, to: .trimmed, progress: &progress)
        #expect(processor.call(thread, .load, address(processor)) == .finished(0xbad))
        let unaccepted = #expect(throws: SoftSGXError.self) {
            try processor.enclave.removePages(Self.place, 4096, progress: &progress)
        }
        #expect(unaccepted?.errno == EPERM)
        #expect(accept(processor, thread, SECINFO(.trimmed, .modified)) == 0)
        try processor.enclave.removePages(Self.place, 4096, progress: &progress)
        let absent = #expect(throws: SoftSGXError.self) {
            try processor.enclave.removePages(Self.place, 4096, progress: &progress)
        }
        #expect(absent?.errno == EFAULT)
        #expect(accept(processor, thread) == 0)
        #expect(processor.call(thread, .load, address(processor)) == .finished(0))
    }

    @Test(arguments: [false, true])
    func aPageBecomesATCSThatCanBeEntered(shared: Bool) throws {
        // The driver maps no TCS executable.
        let processor = try processor(shared: shared, rights: [.read, .write])
        let thread = try processor.enclave.attach()
        // A third TCS for the block of the fixture's second vCPU.
        let second = processor.placement.plan.runs.filter { $0.secinfo.pageType == .tcs }.last
        guard let second, case .bytes(let bytes) = second.contents else {
            Issue.record("the plan has no TCS")
            return
        }
        #expect(accept(processor, thread) == 0)
        for (index, byte) in bytes.suffix(4096).enumerated() where byte != 0 {
            #expect(processor.call(thread, .poke, address(processor) + UInt64(index), UInt64(byte)) == .finished(1))
        }
        #expect(processor.call(thread, .echo, 1, tcs: address(processor)) == .entryFault(14))
        var progress = PageProgress()
        try processor.enclave.modifyTypes(Self.place, 4096, to: .tcs, progress: &progress)
        #expect(processor.call(thread, .echo, 1, tcs: address(processor)) == .entryFault(14), "not accepted yet")
        #expect(accept(processor, thread, SECINFO(.tcs, .modified)) == 0)
        #expect(processor.call(thread, .echo, 1, tcs: address(processor)) == .finished(2))
        #expect(processor.call(thread, .divide, 8, tcs: address(processor)) == .finished(9))
        #expect(processor.call(thread, .load, address(processor)) == .finished(0xbad))
    }

    @Test(arguments: [false, true])
    func aPendingPageIsFilledFromAnother(shared: Bool) throws {
        let processor = try processor(shared: shared)
        let thread = try processor.enclave.attach()
        #expect(accept(processor, thread) == 0)
        #expect(processor.call(thread, .store, address(processor)) == .finished(1))
        let done = leaf(processor, thread, 7, SECINFO(.regular, .read), page: 1, from: 0)
        #expect(done.end == .finished(1) && done.rax == 0 && !done.zero)
        #expect(processor.call(thread, .load, address(processor, 1)) == .finished(1))
        #expect(processor.call(thread, .store, address(processor, 1)) == .finished(0xbad), "read only")
        #expect(leaf(processor, thread, 7, SECINFO(.regular, .read), page: 1, from: 0).rax == 19)
        #expect(leaf(processor, thread, 7, SECINFO(.regular, .write), page: 2, from: 0).end == .finished(0xbad), "#GP")
    }

    private func processorTime() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    @Test(arguments: [true, false])
    func manyPagesAreAddedAndAccepted(patched: Bool) throws {
        let processor = try Processor(patched: patched)
        let count: UInt64 = 4096
        try processor.enclave.map(Self.place, count * 4096, [.read, .write, .execute])
        let thread = try processor.enclave.attach()
        let start = processorTime()
        #expect(processor.call(thread, .acceptMany, address(processor), count) == .finished(count))
        let added = processorTime()
        #expect(processor.call(thread, .acceptMany, address(processor), count) == .finished(0), "none is pending any more")
        let refused = processorTime()
        let name = patched ? "gate" : "trap"
        print("\(name): EAUG and EACCEPT \((added - start) / count) ns a page, EACCEPT refused \((refused - added) / count) ns")
        for page in [0, 1, count - 1] {
            #expect(processor.call(thread, .store, address(processor, page)) == .finished(1))
        }
    }
}
