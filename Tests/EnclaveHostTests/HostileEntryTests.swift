import CHostileHost
import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import SoftSGX
import Testing
import Wire

/// Decision 20: the host may enter any TCS at any instant, with any registers, and call areas of its choice.
@Suite(.serialized) struct HostileEntryTests {
    private let refused = HostileEntry.Outcome.exited(.refused, value: 0)

    /// Every reason but the one that is due, and call areas inside and outside: refused, with the vCPU's block as it was.
    private func expectRefusals(_ host: HostileHost, _ entry: HostileEntry, _ vcpu: Int, but due: UInt64? = nil) {
        let before = host.block(vcpu)
        for reason in [0, 1, 2, 3, 4, 1 << 63, UInt64.max] where reason != due {
            for area in [host.area(vcpu), host.enclave.secs.baseAddress, 0, .max] {
                #expect(entry.enter(reason, area: area, rdx: .max) == refused)
                #expect(entry.leaks.isEmpty)
            }
        }
        #expect(host.block(vcpu) == before)
    }

    @Test("Between a host call and its answer every other entry is refused, and the program is right afterwards")
    func entriesDuringHostCalls() throws {
        let host = try HostileHost(["sum", "/data"])
        host.meddle = { entry, vcpu, moment in
            if case .answering = moment { expectRefusals(host, entry, vcpu, but: EntryReason.hostCallReturned.rawValue) }
            return false
        }
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == host.tree.sum)
    }

    @Test("DF, AC, MXCSR, the x87 word, FS and GS are hostile at every entry, and nothing comes out of it or in")
    func hostileRegisters() throws {
        let buffers = UnsafeMutableRawPointer.allocate(byteCount: 32768, alignment: 64)
        defer { buffers.deallocate() }
        let host = try HostileHost(["compute"])
        let pointer = hostile_thread_pointer(buffers)
        host.meddle = { entry, vcpu, _ in
            if vcpu == 0 { entry.misbehave(threadPointer: pointer) }
            return false
        }
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == host.tree.computed)
    }

    @Test("A vCPU is neither run before the first entry is done nor booted twice") func order() throws {
        let host = try HostileHost(["compute"])
        let thread = try host.enclave.attach()
        let entry = host.entry(1)
        let other = host.entry(0)
        // Finished with a refusal's number: nothing ran.
        #expect(entry.enter(.run, area: host.area(1)) == .exited(.finished, value: 1))
        #expect(entry.enter(.hostCallReturned, area: host.area(1)) == refused)
        #expect(entry.enter(.exception, area: host.area(1)) == refused)
        #expect(entry.enter(77, area: host.area(1)) == refused)
        #expect(try host.boot() == 0)
        #expect(other.enter(.boot, area: host.area(0)) == .exited(.finished, value: 1))
        #expect(entry.enter(.boot, area: host.area(1)) == .exited(.finished, value: 1))
        #expect(entry.enter(.hostCallReturned, area: host.area(1)) == refused)
        withExtendedLifetime(thread) {}
        try host.run()
        #expect(try host.outputText == host.tree.computed)
        #expect(try host.drive(1, .run) == 0)
    }

    @Test(
        "A call area that touches the enclave, is misaligned or wraps ends the enclave before anything is written there",
        arguments: [0, 8, 4095, 1 << 46, UInt64.max - 4095])
    func badCallArea(_ area: UInt64) throws {
        let host = try HostileHost(["compute"])
        #expect(try host.boot() == 0)
        let thread = try host.enclave.attach()
        let entry = host.entry(1)
        let base = host.enclave.secs.baseAddress
        let size = host.enclave.secs.size
        // 1 << 46 stands for places relative to the enclave, the smallest overlaps first.
        let places = area == 1 << 46 ? [base - UInt64(CallFrame.totalLength) + 4096, base, base + size - 4096] : [area]
        #expect(entry.enter(.run, area: places[0]) == .exited(.panic, value: PanicCode.hostCallArea.rawValue))
        for place in places + [host.area(1)] { #expect(entry.enter(.run, area: place) == refused) }
        #expect(host.entry(0).enter(.run, area: host.area(0)) == refused)
        withExtendedLifetime(thread) {}
    }

    @Test("A TCS that is inside cannot be entered by another thread") func busy() throws {
        let host = try HostileHost(["threads", "0.3"] + HostileTree.shared.get().reference)
        #expect(try host.boot() == 0)
        host.contended = true
        let done = DispatchGroup()
        let finished = StopMark()
        let found = Findings()
        done.enter()
        Thread.detachNewThread {
            defer { done.leave() }
            guard let thread = try? host.enclave.attach() else { return }
            let entry = host.entry(0)
            while !finished.isSet {
                switch entry.enter(.boot, area: host.area(0)) {
                case .faulted: found.add("busy")
                case .exited(.refused, 0): found.add("refused")
                // It came between an exception and its telling.
                case .exited(.resume, 0): found.add("resume")
                // It came before the run's first entry or after its last.
                case .exited(.finished, 1): found.add("not booted again")
                case let other: found.add("\(other)")
                }
            }
            withExtendedLifetime(thread) {}
        }
        do {
            defer {
                finished.set()
                done.wait()
            }
            try host.run()
        }
        #expect(try host.outputText.hasPrefix("wrong 0 blocks "))
        #expect((found.counts["busy"] ?? 0) > 100)
        #expect(Set(found.counts.keys).isSubset(of: ["busy", "refused", "resume", "not booted again"]))
    }

    @Test("Interrupted by a timer and entered with no exception pending: user code is resumed or yields, kernel code refuses")
    func noExceptionPending() throws {
        let host = try HostileHost(["compute"])
        var answers: [String: Int] = [:]
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 50) }
        host.meddle = { entry, vcpu, moment in
            guard case .interrupted = moment else { return false }
            let inImage = host.isImage(host.frame(vcpu).rip)
            let first = entry.settled(entry.enter(.exception, area: host.area(vcpu)))
            #expect(entry.leaks.isEmpty)
            // Once more, and with other reasons: the first has been dealt with.
            for reason in [3, 0, 1, 2, 9] as [UInt64] { #expect(entry.settled(entry.enter(reason, area: 0)) == refused) }
            #expect(first == (inImage ? refused : .exited(.resume, value: 0)))
            answers[inImage ? "kernel" : "user", default: 0] += 1
            return true
        }
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == host.tree.computed)
        #expect((answers["user"] ?? 0) > 0)
        #expect((answers["kernel"] ?? 0) > 0)
        print("hostile entries after an interruption: \(answers)")
    }

    @Test("Stepped through the stack switch, the return of a host call and the way out: every entry in between is refused")
    func insideTheStackSwitch() throws {
        let host = try HostileHost(["sum", "/data"])
        var steps = 0
        var left = 0
        host.meddle = { entry, vcpu, moment in
            switch moment {
            case .entering, .answering:
                left = 600
                entry.traps = vcpu == 0
            case .interrupted(SIGTRAP):
                entry.traps = false
                let frame = host.frame(vcpu)
                left -= 1
                frame.arm(left > 0)
                if host.isImage(frame.rip) {
                    let before = host.block(vcpu)
                    #expect(entry.enter(.exception, area: host.area(vcpu)) == refused)
                    #expect(entry.enter(.hostCallReturned, area: host.area(vcpu)) == refused)
                    #expect(host.block(vcpu) == before)
                    steps += 1
                }
            default: break
            }
            return false
        }
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == host.tree.sum)
        #expect(steps > 1000)
        print("single steps with hostile entries: \(steps)")
    }

    @Test("An exception is told once: entered again before it is resumed, the enclave neither repeats it nor ends")
    func exceptionTwice() throws {
        let host = try HostileHost(["sum", "/data"])
        var exceptions = 0
        host.meddle = { entry, vcpu, moment in
            guard case .interrupted(SIGILL) = moment else { return false }
            exceptions += 1
            #expect(entry.enter(.exception, area: host.area(vcpu)) == .exited(.resume, value: 0))
            for _ in 0..<3 { #expect(entry.enter(.exception, area: host.area(vcpu)) == refused) }
            return true
        }
        #expect(try host.boot { $0.flags = [.withoutRewriting] } == 0)
        try host.run()
        #expect(try host.outputText == host.tree.sum)
        #expect(exceptions > 10)
    }

    @Test("Stepped through the exception handler: no entry finds a frame, a resume before it is told repeats the instruction")
    func insideTheExceptionHandler() throws {
        let host = try HostileHost(["sum", "/data"])
        var steps = 0
        var exceptions = 0
        host.meddle = { entry, vcpu, moment in
            guard case .interrupted(SIGILL) = moment else { return false }
            exceptions += 1
            if exceptions % 2 == 1 { return true }
            entry.traps = true
            var outcome = entry.enter(.exception, area: host.area(vcpu))
            entry.traps = false
            while outcome == .interrupted(SIGTRAP) {
                #expect(entry.enter(.exception, area: host.area(vcpu)) == .faulted)
                host.frame(vcpu, 1).arm(true)
                outcome = entry.resume()
                steps += 1
            }
            #expect(outcome == .exited(.resume, value: 0))
            return true
        }
        #expect(try host.boot { $0.flags = [.withoutRewriting] } == 0)
        try host.run()
        #expect(try host.outputText == host.tree.sum)
        #expect(steps > 100)
    }

    @Test("Pages of the program taken away by the host give it no signal; once they are back it goes on")
    func pagesTakenAway() throws {
        let host = try HostileHost(["compute"])
        var taken = 0
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 200) }
        host.meddle = { entry, vcpu, moment in
            guard case .interrupted(let signal) = moment, !host.isImage(host.frame(vcpu).rip) else { return false }
            if signal == SIGSEGV {
                let outcome = entry.settled(entry.enter(.exception, area: host.area(vcpu)))
                #expect(outcome == .exited(.resume, value: 0))
                try host.setPoolRights([.read, .write, .execute])
                return true
            }
            if signal == SIGUSR2, taken < 20 {
                taken += 1
                try host.setPoolRights([])
            }
            return false
        }
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == host.tree.computed)
        #expect(host.report?.signal == 0)
        #expect(taken > 0)
    }

    @Test(
        "Pages that were not measured hold 0xCC before the first entry, and nobody inside notices", arguments: ["compute", "sum"])
    func unmeasuredPages(_ what: String) throws {
        let host = try HostileHost(what == "sum" ? ["sum", "/data"] : [what], fill: 0xcc)
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText == (what == "sum" ? host.tree.sum : host.tree.computed))
    }
}
