import CSoftSGX
import EnclaveLayout
import EnclaveTestSupport
import Foundation
import Glibc
import SGX
import SoftSGX
import Synchronization
import Testing
import Wire

/// Dynamic memory on a host that takes, refuses and lies.
@Suite(.serialized) struct HostileMemoryTests {
    private func host(_ arguments: [String], vcpus: UInt32 = 3, rewriting: Bool = true) throws -> HostileHost {
        try HostileHost(arguments, vcpus: vcpus, rewriting: rewriting) { $0.memoryIsFixed = false }
    }

    private let pageTaken = HostileHost.Stopped(outcome: .exited(.panic, value: PanicCode.pageTaken.rawValue))

    @Test(
        "With a friendly host the program finds what it wrote, and zeros where it gave memory back, whether ENCLU traps or not",
        arguments: [true, false])
    func friendly(rewriting: Bool) throws {
        let holding = try host(["hold"], rewriting: rewriting)
        #expect(try holding.boot() == 0)
        try holding.run()
        #expect(try holding.outputText.hasSuffix("\nheld\n"))
        let giving = try host(["give"], rewriting: rewriting)
        #expect(try giving.boot() == 0)
        try giving.run()
        #expect(try giving.outputText == "zeros\n")
        #expect(try #require(giving.report).returnedPages == 4 * 1024)
        let busy = try host(["compute"], rewriting: rewriting)
        #expect(try busy.boot() == 0)
        try busy.run()
        #expect(try busy.outputText == busy.tree.computed)
    }

    /// Takes an accepted page away behind the enclave's back, as a hostile driver can: the next access adds a fresh one.
    private func take(_ page: UInt64, of enclave: SoftEnclave) {
        enclave.record.pointee.epcm[Int(page)] = 0
        _ = softsgx_set_vma(enclave.record, page, 1, 15)
        madvise(UnsafeMutableRawPointer(bitPattern: UInt(enclave.secs.baseAddress + page * 4096)), 4096, MADV_DONTNEED)
    }

    @Test("A page that was accepted and is taken away is never replaced by zeros: the enclave ends", arguments: [0, 7, 31])
    func taken(number: UInt64) throws {
        let host = try host(["hold"])
        #expect(try host.boot() == 0)
        let done = StopMark()
        host.meddle = { _, _, moment in
            guard case .answering(.writeStream) = moment, !done.isSet else { return false }
            done.set()
            let address = UInt64(try host.outputText.prefix { $0 != "\n" }, radix: 16) ?? 0
            self.take((address - host.enclave.secs.baseAddress) / 4096 + number, of: host.enclave)
            return false
        }
        #expect(throws: pageTaken) { try host.run() }
        #expect(done.isSet)
        #expect(try !host.outputText.contains("held") && !host.outputText.contains("lost"))
        let thread = try host.enclave.attach()
        #expect(host.entry(1).enter(.run, area: host.area(1)) == .exited(.refused, value: 0))
        withExtendedLifetime(thread) {}
    }

    @Test("A host that adds no pages: the program ends with SIGBUS and a line that says why") func refused() throws {
        let host = try host(["hold"])
        #expect(try host.boot() == 0)
        // Where the program's next mapping and its heap will be.
        let first = EnclavePlacement.userPoolOffset / 4096
        for page in first..<host.placement.kernelHeapOffset / 4096 where host.enclave.record.pointee.epcm[Int(page)] == 0 {
            _ = softsgx_set_vma(host.enclave.record, page, 1, 0)
        }
        try host.run()
        #expect(host.report?.signal == UInt32(SIGBUS))
        #expect(try host.logText.contains("the host gave none"))
    }

    @Test("A host that lies about taking pages back or is late: right contents, no memory, or the end", arguments: 0..<5)
    func liar(_ lie: Int) throws {
        let host = try host(["give"])
        let enclave = host.enclave
        host.memory = { call, offset, length in
            switch (lie, call) {
            // Nothing is done, and it says so or not.
            case (0, _): return 0
            case (1, _): return -Int64(EIO)
            // What was trimmed is never removed.
            case (2, .removePages): return 0
            // Half of it is trimmed.
            case (3, .trimPages): return HostileHost.takeBack(call, offset, length / 8192 * 4096, enclave)
            // It is trimmed when the enclave has looked, by a host that waits for the next call.
            case (4, .trimPages):
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(1)) {
                    _ = HostileHost.takeBack(call, offset, length, enclave)
                }
                return 0
            default: return HostileHost.takeBack(call, offset, length, enclave)
            }
        }
        host.patience = 200_000
        #expect(try host.boot() == 0)
        do {
            try host.run()
            let output = try host.outputText
            #expect(output == "zeros\n" || host.report?.signal == UInt32(SIGBUS), "\(output)")
            if lie < 2 { #expect(output == "zeros\n") }
        } catch let stopped as HostileHost.Stopped {
            // Trimmed while it is used again: a fault of the program, or of the kernel that zeroes it.
            let inKernel = HostileHost.Stopped(outcome: .exited(.panic, value: PanicCode.exceptionInKernel.rawValue))
            #expect(lie == 4 && (stopped == pageTaken || stopped == inKernel), "\(stopped)")
        }
    }

    @Test("Page faults told twice, late or not at all, and entries at any instant with a timer: zero wrong results")
    func fakedFaults() throws {
        let host = try host(["threads", "2"] + HostileTree.shared.get().reference, vcpus: 3)
        #expect(try host.boot() == 0)
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 150) }
        let count = Atomic<UInt32>(0)
        host.meddle = { entry, _, moment in
            guard case .interrupted(let signal) = moment else { return false }
            let number = count.add(1, ordering: .relaxed).newValue
            // A fault that is not told comes again; one that is told a second time is an interruption.
            if signal != SIGUSR2 && number % 3 == 0 { return true }
            for _ in 0..<(number % 3) { _ = entry.settled(entry.enter(.exception, area: 0)) }
            return signal == SIGUSR2 || number % 3 > 0
        }
        try host.run()
        #expect(try host.outputText.hasPrefix("wrong 0 blocks "))
    }
}
