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

    func overlaps(_ start: UInt64, _ end: UInt64) -> Bool { runs.contains { $0.start < end && start < $0.end } }

    /// The runs inside `start ..< end`, cut to it.
    func runs(in start: UInt64, _ end: UInt64) -> [Run] {
        runs.filter { $0.start < end && start < $0.end }.map { run in
            var cut = run
            cut.start = max(run.start, start)
            cut.end = min(run.end, end)
            return cut
        }
    }

    mutating func remove(_ start: UInt64, _ end: UInt64) {
        guard overlaps(start, end) else { return }
        runs = runs.flatMap { run -> [Run] in
            guard run.start < end, start < run.end else { return [run] }
            var pieces: [Run] = []
            if run.start < start { pieces.append(Run(start: run.start, end: start, rights: run.rights, mayWrite: run.mayWrite)) }
            if end < run.end { pieces.append(Run(start: end, end: run.end, rights: run.rights, mayWrite: run.mayWrite)) }
            return pieces
        }
    }

    /// Takes the place of what was there; neighbours with equal rights become one.
    mutating func insert(_ run: Run) {
        remove(run.start, run.end)
        var new = run
        let index = runs.firstIndex { $0.start > run.start } ?? runs.count
        if index < runs.count, runs[index].start == new.end, new.continues(runs[index]) {
            new.end = runs[index].end
            runs.remove(at: index)
        }
        if index > 0, runs[index - 1].end == new.start, new.continues(runs[index - 1]) {
            runs[index - 1].end = new.end
        } else {
            runs.insert(new, at: index)
        }
    }
}

extension MappedRanges.Run {
    fileprivate func continues(_ other: Self) -> Bool { rights == other.rights && mayWrite == other.mayWrite }
}
