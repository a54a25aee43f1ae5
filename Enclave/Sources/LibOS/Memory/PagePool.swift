import CEnclave
import EnclaveRuntime
import Wire

/// The pages for programs and what is known of each.
///
/// Fixed memory: the host filled them when the enclave was built and none was measured, so a page is zeroed when it is committed,
/// every time. Dynamic memory: a page comes with EACCEPT, which makes it a fresh one of zeros, at its first commit and never again
/// while it is held: a page that the host took away and made anew would be accepted too, with the program's data gone. What was
/// released stays held for its next owner and is zeroed then, or goes back to the host (`settle`).
final class PagePool {
    static let pageSize: UInt64 = 4096
    let start: UInt64
    let end: UInt64
    let isDynamic: Bool
    /// The enclave's base: host calls name pages by their offset.
    let base: UInt64
    var budget: PageBudget
    let states: PageStates
    private(set) var committed: UInt64 = 0
    private(set) var peak: UInt64 = 0
    /// Pages accepted and not given back; with fixed memory all.
    private(set) var held: UInt64
    private(set) var peakHeld: UInt64
    private(set) var accepted: UInt64 = 0
    private(set) var returned: UInt64 = 0
    /// What a page begins with that may not be written.
    private let zeros = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
    /// Requests to the host under way without the kernel lock.
    var changes = 0
    /// Why the last commit failed.
    private(set) var shortage = Shortage.limit

    enum Shortage {
        case limit
        case host
    }

    /// `limit`: bytes of it that may be committed.
    init(start: UInt64, length: UInt64, limit: UInt64, isDynamic: Bool, base: UInt64) {
        self.start = start
        end = start + length
        self.isDynamic = isDynamic
        self.base = base
        budget = PageBudget(limit: limit / Self.pageSize)
        states = PageStates(pages: length / Self.pageSize)
        held = isDynamic ? 0 : length / Self.pageSize
        peakHeld = held
        zeroMemory(zeros, 4096)
    }

    deinit { zeros.deallocate() }

    var pageCount: UInt64 { budget.limit }
    /// Held without holding anything.
    var idle: UInt64 { held > committed ? held - committed : 0 }

    func contains(_ from: UInt64, _ to: UInt64) -> Bool { from >= start && to <= end && from <= to }

    func number(_ address: UInt64) -> UInt64 { (address - start) / Self.pageSize }

    func address(_ page: UInt64) -> UInt64 { start + page * Self.pageSize }

    func isCommitted(_ address: UInt64) -> Bool { states.state(number(address)) & PageStates.committed != 0 }

    func allCommitted(_ from: UInt64, _ to: UInt64) -> Bool {
        guard contains(from, to) else { return false }
        var page = number(from)
        let last = number(to + Self.pageSize - 1)
        while page < last {
            if states.state(page) & PageStates.committed == 0 { return false }
            page += 1
        }
        return true
    }

    func committedCount(_ from: UInt64, _ to: UInt64) -> UInt64 {
        var count: UInt64 = 0
        forEachRun(from, to, where: { $0 & PageStates.committed != 0 }) { count += $1 - $0 }
        return count
    }

    /// Calls `body` with the first page and the one behind the last of every run of marked pages that `belongs` takes.
    func forEachRun(_ from: UInt64, _ to: UInt64, where belongs: (UInt8) -> Bool, _ body: (UInt64, UInt64) -> Void) {
        guard from < to, from >= start else { return }
        let last = number(min(to, end))
        var page = number(from)
        while true {
            page = states.skipUnmarked(page, last: last)
            guard page < last else { return }
            let first = page
            while page < last, belongs(states.state(page)) { page += 1 }
            if page > first { body(first, page) } else { page += 1 }
        }
    }

    /// The same for what is not committed, pages that nobody ever marked included.
    func forEachMissing(_ from: UInt64, _ to: UInt64, _ body: (UInt64, UInt64) -> Void) {
        var at = from
        forEachRun(from, to, where: { $0 & PageStates.committed != 0 }) { first, last in
            if address(first) > at { body(at, address(first)) }
            at = address(last)
        }
        if at < to { body(at, to) }
    }

    /// Calls `body` with the address of every committed page.
    func forEachCommitted(_ from: UInt64, _ to: UInt64, _ body: (UInt64) -> Void) {
        forEachRun(from, to, where: { $0 & PageStates.committed != 0 }) { first, last in
            for page in first..<last { body(address(page)) }
        }
    }

    // MARK: commit and release

    /// Makes every page of the range hold zeros, unless it is committed already.
    ///
    /// ENOMEM when the range is not the pool's or the host does not give a page; what was committed before stays so.
    func commit(_ from: UInt64, _ to: UInt64, executable: Bool = false) throws(Errno) {
        guard contains(from, to) else { throw .ENOMEM }
        var page = number(from)
        let last = number(to)
        defer { peak = max(peak, committed) }
        while page < last {
            guard let place = states.madePlace(page) else { throw .ENOMEM }
            // Up to the end of the leaf the bytes stand side by side.
            let stop = min(last, (page / PageStates.leafPages + 1) * PageStates.leafPages)
            try commit(page, stop, place, executable)
            page = stop
        }
    }

    private func commit(
        _ first: UInt64, _ last: UInt64, _ places: UnsafeMutablePointer<UInt8>, _ executable: Bool
    ) throws(Errno) {
        var page = first
        while page < last {
            let place = places + Int(page - first)
            if isDynamic { waitWhileChanging(place) }
            if place.pointee & PageStates.committed != 0 {
                page += 1
            } else if isDynamic && place.pointee & PageStates.held == 0 {
                page = try accept(page, last, place)
            } else {
                page = try reuse(page, last, place)
            }
        }
        if executable && isDynamic { allow(address(first), address(last), Protection.execute) }
    }

    /// Accepts the run of pages from here on that are not held; returns the page behind it.
    private func accept(_ first: UInt64, _ last: UInt64, _ places: UnsafeMutablePointer<UInt8>) throws(Errno) -> UInt64 {
        let mask = PageStates.committed | PageStates.held | PageStates.changing
        var end = first + 1
        while end < last, byte_load(places + Int(end - first)) & mask == 0 { end += 1 }
        let count = pages_accept_new(address(first), end - first)
        for index in 0..<Int(count) { places[index] = PageStates.held | PageStates.committed }
        noteAccepted(count)
        guard first + count == end else {
            shortage = .host
            throw .ENOMEM
        }
        return end
    }

    private func noteAccepted(_ count: UInt64) {
        accepted += count
        held += count
        committed += count
        peak = max(peak, committed)
        peakHeld = max(peakHeld, held)
    }

    /// Zeroes the run of pages from here on that are there and hold nothing; returns the page behind it.
    private func reuse(_ first: UInt64, _ last: UInt64, _ places: UnsafeMutablePointer<UInt8>) throws(Errno) -> UInt64 {
        let mask = PageStates.committed | PageStates.changing | PageStates.lost | (isDynamic ? PageStates.held : 0)
        let wanted = isDynamic ? PageStates.held : 0
        var page = first
        while page < last, places[Int(page - first)] & mask == wanted {
            places[Int(page - first)] |= PageStates.committed
            page += 1
        }
        guard page > first else {
            shortage = .host
            throw .ENOMEM
        }
        allow(address(first), address(page), Protection.write)
        zero(first, page)
        committed += page - first
        return page
    }

    private func zero(_ first: UInt64, _ last: UInt64) {
        zeroMemory(UnsafeMutableRawPointer(bitPattern: UInt(address(first))).unsafelyUnwrapped, Int((last - first) * Self.pageSize))
    }

    /// Zeroes what is committed in the range.
    func clear(_ from: UInt64, _ to: UInt64) {
        waitWhileChanging(from, to)
        allow(from, to, Protection.write)
        forEachRun(from, to, where: { $0 & PageStates.committed != 0 }) { zero($0, $1) }
    }

    /// Takes pages back; their content is nobody's from here on.
    ///
    /// Returns how many were committed.
    @discardableResult
    func release(_ from: UInt64, _ to: UInt64) -> UInt64 {
        waitWhileChanging(from, to)
        var count: UInt64 = 0
        forEachRun(from, to, where: { $0 & PageStates.committed != 0 }) { first, last in
            for page in first..<last { states.place(page)?.pointee &= ~PageStates.committed }
            count += last - first
        }
        committed -= count
        return count
    }

    // MARK: dynamic memory

    /// A page that is held is one the program can touch without a fault: in a mapping it must hold that mapping's zeros.
    ///
    /// Returns how many pages that were.
    func commitHeld(_ from: UInt64, _ to: UInt64, executable: Bool) -> UInt64 {
        let before = committed
        waitWhileChanging(from, to)
        let mask = PageStates.committed | PageStates.held | PageStates.lost
        forEachRun(from, to, where: { $0 & mask == PageStates.held }) { first, last in
            for page in first..<last { states.place(page)?.pointee |= PageStates.committed }
            allow(address(first), address(last), Protection.write)
            zero(first, last)
            committed += last - first
        }
        if executable { allow(from, to, Protection.execute) }
        peak = max(peak, committed)
        return committed - before
    }

    /// Commits what is not held of a range as copies of pages of the kernel's that begin at `source` and stand `step` bytes apart, with these
    /// rights from its first moment on.
    ///
    /// No other thread sees a page without its bytes.
    func commit(
        _ from: UInt64, _ to: UInt64, copyOf source: UnsafeRawPointer, step: UInt64 = PagePool.pageSize, _ protection: UInt32
    ) throws(Errno) {
        guard contains(from, to) else { throw .ENOMEM }
        waitWhileChanging(from, to)
        let mask = PageStates.committed | PageStates.held | PageStates.lost
        var page = number(from)
        let last = number(to)
        while page < last {
            guard let place = states.madePlace(page) else { throw .ENOMEM }
            let leafEnd = min(last, (page / PageStates.leafPages + 1) * PageStates.leafPages)
            var end = page
            while end < leafEnd, place[Int(end - page)] & mask == 0 { end += 1 }
            if end > page {
                let bytes = UInt64(UInt(bitPattern: source)) + (page - number(from)) * step
                try copy(page, end, place, bytes, step, protection)
            }
            page = max(end, page + 1)
        }
    }

    private func copy(
        _ first: UInt64, _ last: UInt64, _ places: UnsafeMutablePointer<UInt8>, _ source: UInt64, _ step: UInt64,
        _ protection: UInt32
    ) throws(Errno) {
        let rights = UInt64(protection & (Protection.write | Protection.execute) | Protection.read)
        var state = PageStates.held | PageStates.committed
        if protection & Protection.write == 0 { state |= PageStates.readOnly }
        if protection & Protection.execute != 0 { state |= PageStates.executable }
        let count = pages_copy(address(first), last - first, rights, source, step)
        for index in 0..<Int(count) { places[index] = state }
        noteAccepted(count)
        guard first + count == last else {
            shortage = .host
            throw .ENOMEM
        }
    }

    /// Commits what is not held of a range that may not be written: pages of zeros that have no other right from their first moment on.
    func commitZeros(_ from: UInt64, _ to: UInt64, _ protection: UInt32) throws(Errno) {
        try commit(from, to, copyOf: UnsafeRawPointer(zeros), step: 0, protection)
    }

    func noteShortOfLimit() { shortage = .limit }

    func noteReturned(_ pages: UInt64) {
        held -= min(pages, held)
        returned += pages
    }
}
