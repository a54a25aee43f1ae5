import CSoftSGX
import EnclaveLayout
import Glibc
import SoftSGX
import Testing
import Wire

/// vCPUs that come after the start, on a host that makes them, refuses and lies.
@Suite(.serialized) struct HostileGrowthTests {
    private func host(vcpus: UInt32 = 3) throws -> HostileHost {
        try HostileHost(["threads", "2"] + HostileTree.shared.get().reference, vcpus: vcpus) {
            $0.memoryIsFixed = false
            $0.initialVCPUs = 1
        }
    }

    /// Whether the page is a TCS that may be entered.
    private func isTCS(_ vcpu: UInt32, _ host: HostileHost) -> Bool {
        host.enclave.record.pointee.epcm[Int(host.placement.tcs(vcpu) / 4096)] >> 8 & 7 == 1
    }

    @Test("Threads that wait for a vCPU get a new one, and every result is right") func friendly() throws {
        let host = try host()
        #expect(!isTCS(1, host) && !isTCS(2, host))
        #expect(try host.boot() == 0)
        try host.run()
        #expect(try host.outputText.hasPrefix("wrong 0 blocks "))
        #expect(isTCS(1, host))
    }

    @Test("A vCPU that was not made cannot be entered") func absent() throws {
        let host = try host()
        #expect(try host.boot() == 0)
        let thread = try host.enclave.attach()
        #expect(host.entry(2).enter(.run, area: host.area(2)) == .faulted)
        withExtendedLifetime(thread) {}
        try host.run()
        #expect(try host.outputText.hasPrefix("wrong 0 blocks "))
    }

    @Test(
        "A host that makes no TCS, says it did, trims the page or takes another one: right results on one vCPU, or the end",
        arguments: 0..<5)
    func liar(_ lie: Int) throws {
        let host = try host()
        let enclave = host.enclave
        host.memory = { call, offset, length in
            switch (lie, call) {
            case (0, .makeTCS): return -Int64(EPERM)
            case (1, .makeTCS): return 0
            case (2, .makeTCS): return HostileHost.takeBack(.trimPages, offset, length, enclave)
            // The second save area beside it.
            case (3, .makeTCS): return HostileHost.takeBack(call, offset - 4096, length, enclave)
            // The TCS, and the block it is to find its words in.
            case (4, .makeTCS):
                _ = HostileHost.takeBack(call, offset - UInt64(VCPUBlock.tcsOffset), length, enclave)
                return HostileHost.takeBack(call, offset, length, enclave)
            default: return HostileHost.takeBack(call, offset, length, enclave)
            }
        }
        #expect(try host.boot() == 0)
        do {
            try host.run()
            #expect(try host.outputText.hasPrefix("wrong 0 blocks "))
            if lie < 4 { #expect(try host.logText.contains("threads share those there are")) }
        } catch is HostileHost.Stopped {
            #expect(lie == 4)
        }
    }
}
