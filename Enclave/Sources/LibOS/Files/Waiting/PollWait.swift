/// Waits for any of several files to be ready: what `poll`, `select` and `epoll_wait` share.
enum PollWait {
    struct Item {
        let file: OpenFile
        /// What ends the wait; `poll` adds what is always told.
        let wanted: PollEvents
        var ready: PollEvents = []
    }

    /// Fills `ready` and returns how many are; 0 after the deadline.
    ///
    /// BLOCKS.
    static func wait(_ items: inout [Item], until deadline: UInt64?) throws(Errno) -> Int {
        HostEvents.look(before: deadline)
        while true {
            let count = lookAtOnce(&items)
            if count > 0 {
                guard HostEvents.areStale else { return count }
                // What is ready is told together with what happened meanwhile.
                HostEvents.look()
                let all = lookAtOnce(&items)
                if all > 0 { return all }
            }
            if let deadline, deadline <= Clock.monotonic() {
                try HostWait.checkSignals()
                return 0
            }
            do throws(Errno) { try pause(items, until: deadline) } catch {
                if error != .ETIMEDOUT { throw error }
                return look(&items)
            }
        }
    }

    /// Looks until something is ready, or nothing is and the kernel lock was kept from the first file to the last: what happens after that
    /// wakes who waits.
    private static func lookAtOnce(_ items: inout [Item]) -> Int {
        while true {
            let before = HostEvents.callCount
            let count = look(&items)
            if count > 0 || HostEvents.callCount == before { return count }
        }
    }

    static func look(_ items: inout [Item]) -> Int {
        var count = 0
        for index in 0..<items.count {
            items[index].ready = items[index].file.readiness().intersection(items[index].wanted)
            if !items[index].ready.isEmpty { count += 1 }
        }
        return count
    }

    /// Returns when it is worth looking again.
    ///
    /// BLOCKS.
    private static func pause(_ items: [Item], until deadline: UInt64?) throws(Errno) {
        var queues: [WaitQueue] = []
        for item in items { queues.append(contentsOf: item.file.waitQueues) }
        try block(on: queues, until: deadline)
    }
}
