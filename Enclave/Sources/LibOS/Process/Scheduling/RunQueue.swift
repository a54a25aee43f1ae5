/// Threads that could run, in the order they became so.
struct RunQueue {
    private var threads: [Thread] = []
    private var head = 0

    var count: Int { threads.count - head }
    var isEmpty: Bool { head >= threads.count }

    mutating func append(_ thread: Thread) { threads.append(thread) }

    /// Takes the first thread that may run on this vCPU.
    mutating func take(for cpu: Int) -> Thread? {
        guard let place = place(for: cpu) else { return nil }
        let thread = threads[place]
        if place == head {
            head += 1
            shrink()
        } else {
            threads.remove(at: place)
        }
        return thread
    }

    func hasThread(for cpu: Int) -> Bool { place(for: cpu) != nil }

    /// Whether a thread waits that may not run everywhere.
    var hasRestricted: Bool {
        var place = head
        while place < threads.count {
            if threads[place].scheduling.allowed != .all { return true }
            place += 1
        }
        return false
    }

    private func place(for cpu: Int) -> Int? {
        var place = head
        while place < threads.count {
            if Scheduler.mayRun(threads[place], on: cpu) { return place }
            place += 1
        }
        return nil
    }

    private mutating func shrink() {
        if isEmpty {
            threads.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64, head * 2 > threads.count {
            threads.removeFirst(head)
            head = 0
        }
    }
}
