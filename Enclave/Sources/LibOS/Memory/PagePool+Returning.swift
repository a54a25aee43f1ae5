import CEnclave
import EnclaveRuntime
import Wire

extension PagePool {
    /// Most pages of one request to the host.
    private static let batch: UInt64 = 1024

    /// Pages that may stay held for the next owner: accepting one anew costs ten times what zeroing it does.
    private var allowance: UInt64 { min(budget.limit / 8, (16 << 20) / Self.pageSize) }

    /// Gives released pages of the range back to the host: all of them, or what is too much to keep and what has X.
    ///
    /// BLOCKS.
    func settle(_ from: UInt64, _ to: UInt64, all: Bool) {
        guard isDynamic else { return }
        // Gives the lock up, so before the pages are chosen.
        sendPendingWakeUps()
        let everything = all || idle > allowance
        let mask = PageStates.held | PageStates.committed | PageStates.changing | PageStates.lost
        var runs: [(UInt64, UInt64)] = []
        forEachRun(
            from, to, where: { $0 & mask == PageStates.held && (everything || $0 & PageStates.executable != 0) },
            { first, last in
                var first = first
                while first < last {
                    runs.append((first, min(first + Self.batch, last)))
                    first += Self.batch
                }
            })
        guard !runs.isEmpty else { return }
        for (first, last) in runs { mark(first, last) { $0 | PageStates.changing } }
        changes += 1
        // One that holds the lock may wait for a page that leaves, so the lock is not asked for before the last has left.
        KernelLock.release()
        var gone: UInt64 = 0
        for (first, last) in runs { gone += giveBack(first, last) }
        KernelLock.acquire()
        changes -= 1
        noteReturned(gone)
    }

    func mark(_ first: UInt64, _ last: UInt64, _ change: (UInt8) -> UInt8) {
        for page in first..<last {
            if let place = states.place(page) { byte_store(place, change(byte_load(place))) }
        }
    }

    /// EMODT by the host, EACCEPT here, EREMOVE by the host; without the kernel lock, since nobody touches pages that leave.
    ///
    /// Returns how many have left. Only the CPU's word counts: what the host did not trim stays ours with all that was in it, and what it
    /// trimmed halfway is not touched again.
    private func giveBack(_ first: UInt64, _ last: UInt64) -> UInt64 {
        let area = HostCallArea()
        let offset = start + first * Self.pageSize - base
        let length = (last - first) * Self.pageSize
        _ = area.call(.trimPages, offset, length)
        var gone: UInt64 = 0
        var page = first
        while page < last {
            let count = pages_accept_trimmed(address(page), last - page)
            mark(page, page + count) { _ in PageStates.changing }
            gone += count
            page += count
            guard page < last else { break }
            gone += acceptTrimmed(page)
            page += 1
        }
        if gone > 0 { _ = area.call(.removePages, offset, length) }
        mark(first, last) { $0 & ~PageStates.changing }
        return gone
    }

    /// One that surprised: whether it has left all the same.
    private func acceptTrimmed(_ page: UInt64) -> UInt64 {
        switch page_accept_trimmed(address(page)) {
        case 0:
            mark(page, page + 1) { _ in PageStates.changing }
            return 1
        case Self.attributesMismatch: return 0
        default:
            mark(page, page + 1) { $0 | PageStates.lost }
            return 0
        }
    }

    /// SGX_PAGE_ATTRIBUTES_MISMATCH: the page is not in the state that was to be accepted.
    static let attributesMismatch: UInt64 = 19
}
