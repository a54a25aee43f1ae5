import CSoftSGX
import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import SoftSGX
import Synchronization

/// One enclave whose pages several threads and the driver change at once.
///
/// What each gets must be one of the results that some order of the steps allows.
final class Storm: Sendable {
    let lives: [PageLives]
    let steps = Atomic<Int>(0)
    let unlawful = Mutex<[String]>([])
    private let enclave: SoftEnclave
    private let pages: Range<Int>
    private let caller: Caller

    init(patched: Bool, pages: Range<Int>) throws {
        self.pages = pages
        let base = TestEnclave.freshBase()
        caller = Caller(base: base)
        lives = pages.map { _ in PageLives() }
        let signed = try SignedLayout(number: 0, base: base)
        enclave = try RealEnclave.create(base: base)
        enclave.rewritesENCLU = patched
        for addition in signed.layout.additions { try RealEnclave.add(addition, to: enclave) }
        try enclave.initialise(signed.sigstruct)
        try enclave.map(0, 4096, [.read, .execute])
        try enclave.map(4096, 2 * 4096, .read)
        try enclave.map(3 * 4096, 29 * 4096, [.read, .write])
        try enclave.map(UInt64(pages.lowerBound) * 4096, UInt64(pages.count) * 4096, [.read, .write, .execute])
        // The processor's own signals are installed with the first thread.
        _ = try enclave.attach()
    }

    /// SECINFO of the table with these flags.
    private static func secinfo(_ flags: UInt64) -> UInt64 {
        let index = SecinfoTable.entries.firstIndex { $0.flags == flags } ?? 0
        let slot = SecinfoTable.slots[index % SecinfoTable.slots.count]
        return UInt64(1 + index / SecinfoTable.slots.count) * 4096 + UInt64(slot) * 64
    }

    private static let pending = secinfo(0x20b), trimmed = secinfo(0x410), restricted = secinfo(0x221), readable = secinfo(0x201)
    private static let everything = secinfo(0x207)

    func inside(_ number: Int, until end: Date) {
        guard let thread = try? enclave.attach() else { return note("thread \(number) cannot attach") }
        let timer = ThreadTimer(signal: SIGUSR1, microseconds: 300 + 50 * number)
        defer { timer.stop() }
        var random = RandomNumbers(seed: UInt64(number) * 7919 + 1)
        while Date() < end {
            for _ in 0..<64 { act(thread, number, &random) }
        }
    }

    private func act(_ thread: borrowing SoftThread, _ number: Int, _ random: inout RandomNumbers) {
        let index = random.below(pages.count)
        let page = UInt64(pages.lowerBound + index) * 4096
        switch random.below(10) {
        case 0..<3:
            if accept(thread, number, page, Self.pending) { lives[index].accepted.add(1, ordering: .relaxed) }
        case 3..<5:
            if accept(thread, number, page, Self.trimmed) { lives[index].trimAccepted.add(1, ordering: .relaxed) }
        case 5: _ = accept(thread, number, page, Self.restricted)
        case 6: run(thread, number, .leaf(6, rbx: Self.everything, rcx: page, rdx: 0)) { $0 == 6 }
        case 7:
            let copied = run(thread, number, .leaf(7, rbx: Self.everything, rcx: page, rdx: 32 * 4096)) { [0, 7, 19].contains($0) }
            if copied == 0 { lives[index].accepted.add(1, ordering: .relaxed) }
        case 8: run(thread, number, .write(page + Command.byteOffset)) { $0 == 0 }
        default: run(thread, number, .read(page + Command.byteOffset)) { [0, UInt64(Command.mark)].contains($0) }
        }
        steps.add(1, ordering: .relaxed)
    }

    /// EACCEPT: granted, another state, or somebody else has the page.
    private func accept(_ thread: borrowing SoftThread, _ number: Int, _ page: UInt64, _ secinfo: UInt64) -> Bool {
        run(thread, number, .leaf(5, rbx: secinfo, rcx: page, rdx: 0)) { [0, 7, 19].contains($0) } == 0
    }

    /// What the command gave, nil after an exception, whose frame is given up.
    ///
    /// Page faults and #GP are lawful, for pages come and go.
    @discardableResult
    private func run(
        _ thread: borrowing SoftThread, _ number: Int, _ command: Command, _ isLawful: (UInt64) -> Bool
    ) -> UInt64? {
        let tcs = UInt64(Layout.threadControls.lowerBound + number) * 4096
        let frame = UInt64(12 + 4 * number) * 4096
        switch enter(thread, tcs, SOFTSGX_EENTER, command) {
        case .left(let value, _, 0) where isLawful(value): return value
        case .exception(13, _, _), .exception(14, _, _):
            let repaired = enter(thread, tcs, SOFTSGX_EENTER, .repair(frame: frame + Command.savedRIP))
            let left = enter(thread, tcs, SOFTSGX_ERESUME, .nothing)
            guard repaired == .left(value: 0, flags: 0, depth: 1), left == .left(value: 0xf1, flags: 0, depth: 0) else {
                note("\(command): repaired with \(repaired), then \(left)")
                return nil
            }
        case let other: note("\(command): \(other)")
        }
        return nil
    }

    private func enter(_ thread: borrowing SoftThread, _ tcs: UInt64, _ function: Int, _ command: Command) -> Outcome {
        var entry = caller.entry(tcs, function, command)
        thread.enter(&entry)
        return caller.outcome(entry)
    }

    private func note(_ what: String) { unlawful.withLock { if $0.count < 10 { $0.append(what) } } }

    func driver(until end: Date) {
        var random = RandomNumbers(seed: 99)
        while Date() < end {
            for _ in 0..<64 { change(random.below(pages.count), random.below(8)) }
        }
    }

    private func change(_ index: Int, _ what: Int) {
        let offset = UInt64(pages.lowerBound + index) * 4096
        switch what {
        case 0: step([EBUSY]) { progress throws(SoftSGXError) in try enclave.augment(offset, 4096, progress: &progress) }
        case 1, 2:
            if step([EFAULT, EINVAL], { progress throws(SoftSGXError) in try trim(offset, &progress) }) {
                lives[index].trimmed.add(1, ordering: .relaxed)
            }
        case 3, 4:
            if step(
                [EFAULT, EPERM],
                { progress throws(SoftSGXError) in
                    try enclave.removePages(offset, 4096, progress: &progress)
                })
            {
                lives[index].removed.add(1, ordering: .relaxed)
            }
        case 5:
            step([EFAULT, EINVAL]) { progress throws(SoftSGXError) in
                try enclave.restrictPermissions(offset, 4096, to: .read, progress: &progress)
            }
        default:
            step([]) { _ throws(SoftSGXError) in
                try enclave.map(offset, 4096, what == 6 ? .read : [.read, .write, .execute])
            }
        }
        steps.add(1, ordering: .relaxed)
    }

    private func trim(_ offset: UInt64, _ progress: inout PageProgress) throws(SoftSGXError) {
        try enclave.modifyTypes(offset, 4096, to: .trimmed, progress: &progress)
    }

    @discardableResult
    private func step(_ lawful: [Int32], _ body: (inout PageProgress) throws(SoftSGXError) -> Void) -> Bool {
        var progress = PageProgress()
        do throws(SoftSGXError) {
            try body(&progress)
            return true
        } catch {
            if !lawful.contains(error.errno) { note("driver: \(error)") }
            return false
        }
    }

    /// Afterwards, alone: the page can be accepted, trimmed, removed and had anew; what does not go as it must.
    func settle(_ page: Int) -> [String] {
        guard let thread = try? enclave.attach() else { return ["attach"] }
        let offset = UInt64(page) * 4096
        var wrong: [String] = []
        var progress = PageProgress()
        try? enclave.map(offset, 4096, [.read, .write, .execute])
        // One of these finds the page in its state.
        _ = accept(thread, 0, offset, Self.pending)
        try? trim(offset, &progress)
        _ = accept(thread, 0, offset, Self.trimmed)
        do {
            try enclave.removePages(offset, 4096, progress: &progress)
            try enclave.augment(offset, 4096, progress: &progress)
        } catch {
            wrong.append("\(error)")
        }
        if !accept(thread, 0, offset, Self.pending) { wrong.append("EACCEPT") }
        if run(thread, 0, .write(offset + Command.byteOffset), { $0 == 0 }) != 0 { wrong.append("write") }
        return wrong
    }
}
