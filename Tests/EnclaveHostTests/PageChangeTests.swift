import EnclaveHost
import Glibc
import Linux
import Testing

/// How the driver of Linux is asked for a change of pages until all of them have it.
@Suite struct PageChangeTests {
    @Test func `what the driver leaves is asked for again`() throws {
        var asked: [[UInt64]] = []
        try PageChange.whole(0x8000, 5 * 4096, "change") { offset, length in
            asked.append([offset, length])
            switch asked.count {
            case 1: return (-Int(EAGAIN), 0x2000, 0)
            case 2: return (-Int(EBUSY), 0, 0)
            default: return (0, min(length, 0x2000), 0)
            }
        }
        let expected: [[UInt64]] = [[0x8000, 0x5000], [0xa000, 0x3000], [0xa000, 0x3000], [0xc000, 0x1000]]
        #expect(asked == expected)
    }

    @Test(arguments: [EBUSY, EAGAIN, EINTR])
    func `a driver that never does it is given up with its reason`(_ reason: Int32) {
        let error = #expect(throws: EnclaveHostError.self) {
            try PageChange.whole(0x8000, 4096, "remove (EREMOVE)", patience: 50_000_000) { _, _ in (-Int(reason), 0, 0) }
        }
        guard case .system(let call) = error else {
            Issue.record("\(error.map { "\($0)" } ?? "no error")")
            return
        }
        #expect(call.code == reason)
    }

    @Test func `another refusal is not asked about twice`() {
        var times = 0
        #expect(throws: EnclaveHostError.self) {
            try PageChange.whole(0, 4096, "change") { _, _ in
                times += 1
                return (-Int(EPERM), 0, 0)
            }
        }
        #expect(times == 1)
    }
}
