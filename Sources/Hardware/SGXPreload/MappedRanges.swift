/// Where a device file is mapped in this process, and with which rights: ascending, disjoint runs.
///
/// Before SGX_IOC_ENCLAVE_CREATE a file may be mapped anywhere; so this is kept beside what the processor knows of an enclave.
struct MappedRanges {
    struct Run: Equatable {
        var start: UInt64
        var end: UInt64
        /// PROT_*.
        var rights: Int32
        /// What mprotect may ask for at most: a file that was opened for reading only is never mapped writable.
        var mayWrite: Bool
    }

    private(set) var runs: [Run] = []

    var isEmpty: Bool { runs.isEmpty }

    /// Those that a range touches.
    ///
    /// A program that changes rights page by page makes many runs, so they are searched.
    private func indices(_ start: UInt64, _ end: UInt64) -> Range<Int> {
        let first = firstIndex { $0.end > start }
        return first..<max(first, firstIndex { $0.start >= end })
    }

    /// The first run that the condition is true for, as it is for all behind.
    private func firstIndex(_ condition: (Run) -> Bool) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = low + (high - low) / 2
            if condition(runs[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func overlaps(_ start: UInt64, _ end: UInt64) -> Bool { !indices(start, end).isEmpty }

    /// The runs inside `start ..< end`, cut to it.
    func runs(in start: UInt64, _ end: UInt64) -> [Run] {
        runs[indices(start, end)].map { run in
            var cut = run
            cut.start = max(run.start, start)
            cut.end = min(run.end, end)
            return cut
        }
    }

    mutating func remove(_ start: UInt64, _ end: UInt64) { replace(start, end, with: nil) }

    /// Takes the place of what was there; neighbours with equal rights become one.
    mutating func insert(_ run: Run) {
        var whole = run
        let around = indices(max(run.start, 1) - 1, run.end + 1)
        for neighbour in runs[around] where neighbour.rights == run.rights && neighbour.mayWrite == run.mayWrite {
            whole.start = min(whole.start, neighbour.start)
            whole.end = max(whole.end, neighbour.end)
        }
        replace(whole.start, whole.end, with: whole)
    }

    private mutating func replace(_ start: UInt64, _ end: UInt64, with run: Run?) {
        let touched = indices(start, end)
        var pieces: [Run] = []
        if var first = runs[touched].first, first.start < start {
            first.end = start
            pieces.append(first)
        }
        if let run { pieces.append(run) }
        if var last = runs[touched].last, last.end > end {
            last.start = end
            pieces.append(last)
        }
        runs.replaceSubrange(touched, with: pieces)
    }
}
