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
                for page in first..<last { extend(page, protection | Protection.read) }
            })
    }

    private func extend(_ page: UInt64, _ protection: UInt32) {
        guard let place = states.place(page), page_extend(address(page), UInt64(protection)) != .max else { return }
        var state = place.pointee & ~PageStates.closed
        if protection & Protection.write != 0 { state &= ~PageStates.readOnly }
        if protection & Protection.execute != 0 { state |= PageStates.executable }
        place.pointee = state
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
