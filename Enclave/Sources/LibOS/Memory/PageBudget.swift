/// Who may still have how many pages: what mappings were promised when they were made, and what others took by touching it.
///
/// As Linux does when it does not overcommit: ordinary memory is promised or refused by mmap and brk, so that a program learns
/// there that memory is used up. Stacks and MAP_NORESERVE are not promised: they count page by page, as they are touched. Fixed
/// memory needs no budget, since there every mapping has its pages.
struct PageBudget {
    /// Pages the manifest allows.
    let limit: UInt64
    private(set) var promised: UInt64 = 0
    private(set) var loose: UInt64 = 0
    /// The most that was set aside or taken at one time: a limit below it would have refused something.
    private(set) var peak: UInt64 = 0

    init(limit: UInt64) { self.limit = limit }

    var free: UInt64 {
        let used = promised + loose
        return used < limit ? limit - used : 0
    }

    mutating func promise(_ pages: UInt64) {
        promised += pages
        notePeak()
    }
    mutating func endPromise(_ pages: UInt64) { promised -= min(pages, promised) }
    mutating func takeLoose(_ pages: UInt64) {
        loose += pages
        notePeak()
    }
    mutating func returnLoose(_ pages: UInt64) { loose -= min(pages, loose) }

    private mutating func notePeak() { peak = max(peak, promised + loose) }
}
