import CEnclave
import EnclaveRuntime
import Wire

/// What the CPU lets a program do with a page.
///
/// The enclave adds rights by itself (EMODPE). Taking them away needs the host and an EACCEPT for every page (EMODPR), so it is done for
/// few pages at a time.
extension PagePool {
    /// Adds rights where committed pages of the range lack them; a page is always readable then.
    func allow(_ from: UInt64, _ to: UInt64, _ protection: UInt32) {
        guard isDynamic, protection != 0 else { return }
        let lacking = protection & Protection.write != 0 ? PageStates.readOnly | PageStates.closed : PageStates.closed
        let executable = protection & Protection.execute != 0 ? PageStates.executable : 0
        forEachRun(
            from, to,
            where: {
                $0 & PageStates.committed != 0 && ($0 & lacking != 0 || ~$0 & executable != 0)
            },
            { first, last in
                var page = first
                while page < last {
                    let count = pages_extend(address(page), last - page, UInt64(protection | Protection.read))
                    noteExtended(page, page + count, protection)
                    page += count + 1
                }
            })
    }

    private func noteExtended(_ first: UInt64, _ last: UInt64, _ protection: UInt32) {
        for page in first..<last {
            guard let place = states.place(page) else { continue }
            var state = place.pointee & ~PageStates.closed
            if protection & Protection.write != 0 { state &= ~PageStates.readOnly }
            if protection & Protection.execute != 0 { state |= PageStates.executable }
            place.pointee = state
        }
    }

    /// Whether all pages of the range are there and the kernel may read them, or write them.
    func isUsable(_ from: UInt64, _ to: UInt64, writing: Bool) -> Bool {
        guard contains(from, to) else { return false }
        guard isDynamic else { return allCommitted(from, to) }
        let mask = PageStates.committed | PageStates.changing | PageStates.closed | (writing ? PageStates.readOnly : 0)
        var page = number(from)
        let last = number(to + Self.pageSize - 1)
        while page < last {
            if states.state(page) & mask != PageStates.committed { return false }
            page += 1
        }
        return true
    }

    /// Most pages of one request to the host.
    private static let batch: UInt64 = 1024

    /// Takes rights from the committed pages of a range, so that the CPU refuses what a program may not do.
    ///
    /// BLOCKS. Only the CPU's word counts: where the host did not restrict a page, its rights are bookkeeping.
    func restrict(_ from: UInt64, _ to: UInt64, to protection: UInt32) {
        guard isDynamic, protection & (Protection.write | Protection.execute) == 0 else { return }
        // Gives the lock up, so before the pages are chosen.
        sendPendingWakeUps()
        waitWhileChanging(from, to)
        let mask = protection == 0 ? PageStates.closed : PageStates.closed | PageStates.readOnly
        var runs: [(UInt64, UInt64)] = []
        forEachRun(from, to, where: { $0 & PageStates.committed != 0 && $0 & mask == 0 }) { first, last in
            for start in stride(from: first, to: last, by: Int(Self.batch)) { runs.append((start, min(start + Self.batch, last))) }
        }
        guard !runs.isEmpty else { return }
        for (first, last) in runs { mark(first, last) { $0 | PageStates.changing } }
        changes += 1
        KernelLock.release()
        for (first, last) in runs { restrictRun(first, last, protection == 0 ? 0 : Protection.read) }
        KernelLock.acquire()
        changes -= 1
    }

    /// Without the kernel lock, since nobody else changes these pages meanwhile.
    private func restrictRun(_ first: UInt64, _ last: UInt64, _ rights: UInt32) {
        _ = HostCallArea().call(.restrictPages, address(first) - base, (last - first) * Self.pageSize, UInt64(rights))
        let lost = rights == 0 ? PageStates.closed | PageStates.readOnly : PageStates.readOnly
        var page = first
        while page < last {
            let end = page + pages_accept_restricted(address(page), last - page, UInt64(rights))
            mark(page, end) { ($0 | lost) & ~(PageStates.executable | PageStates.changing) }
            // What the host did not restrict keeps its rights.
            mark(end, min(end + 1, last)) { $0 & ~PageStates.changing }
            page = end + 1
        }
    }

    // MARK: Changes without the kernel lock

    /// Waits until nobody changes a page of the range without the lock.
    func waitWhileChanging(_ from: UInt64, _ to: UInt64) {
        guard changes > 0 else { return }
        forEachRun(from, to, where: { $0 & PageStates.changing != 0 }) { first, last in
            for page in first..<last { if let place = states.place(page) { waitWhileChanging(place) } }
        }
    }

    /// Whoever changes the page needs nothing of ours to go on.
    func waitWhileChanging(_ place: UnsafeMutablePointer<UInt8>) {
        var spins = 0
        while byte_load(place) & PageStates.changing != 0 {
            cpu_relax()
            spins += 1
            if spins % 4000 == 0 { _ = HostCallArea().call(.park, 1) }
        }
    }
}
