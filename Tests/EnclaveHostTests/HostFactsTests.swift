import Glibc
import Testing
import Wire

@testable import EnclaveHost

@Suite struct HostFactsTests {
    @Test func theTimeStampCounterRunsAtTheFrequencyThatIsTold() {
        let clock = ClockServer()
        let first = clock.reading()
        usleep(50_000)
        let second = clock.reading()
        let expected = Double(second.monotonic - first.monotonic) / 1e9 * Double(first.tscFrequency)
        let actual = Double(second.tsc - first.tsc)
        #expect(abs(actual / expected - 1) < 0.01)
        #expect(second.realtime > first.realtime)
    }

    @Test func theCPUIDTableIsWholeAndHidesSGX() {
        let table = CPUIDTable.gather()
        #expect(table.contains { $0.leaf == 0 && $0.ebx != 0 })
        #expect(table.contains { $0.leaf == 7 && $0.subleaf == 0 })
        #expect(table.contains { $0.leaf == 0xd && $0.subleaf == 2 })
        #expect(table.contains { $0.leaf == 0x8000_0001 })
        #expect(!table.contains { $0.leaf == 0x12 })
        #expect(table.count < 200)
        #expect(Set(table.map { UInt64($0.leaf) << 32 | UInt64($0.subleaf) }).count == table.count)
    }
}
