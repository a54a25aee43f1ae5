/// Waits for any of several files to be ready: what `poll`, `select` and `epoll_wait` share.
enum PollWait {
    /// Between looks at the host's streams while something inside is waited for too.
    private static let mixedSlice: UInt64 = 10_000_000
    /// One wait in the host, so that signals are seen.
    private static let hostSlice: UInt64 = 50_000_000

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

    /// Asks every file, and the host once for all its streams.
    static func look(_ items: inout [Item]) -> Int {
        let mask = streams(items)
        let host = mask == 0 ? 0 : Host.pollStreams(mask, timeout: 0)
        var count = 0
        for index in 0..<items.count {
            let item = items[index]
            let events: PollEvents
            if let stream = item.file.hostStream {
                events = HostStream.events(of: stream, in: host)
            } else {
                events = item.file.readiness()
            }
            items[index].ready = events.intersection(item.wanted)
            if !items[index].ready.isEmpty { count += 1 }
        }
        return count
    }

    /// Returns when it is worth looking again.
    ///
    /// BLOCKS.
    private static func pause(_ items: [Item], until deadline: UInt64?) throws(Errno) {
        let mask = streams(items)
        var queues: [WaitQueue] = []
        for item in items { queues.append(contentsOf: item.file.waitQueues) }
        guard mask != 0 else { return try block(on: queues, until: deadline) }
        guard queues.isEmpty else { return try pauseInside(queues, until: deadline) }
        let now = Clock.monotonic()
        let left = deadline.map { $0 > now ? $0 - now : 0 } ?? UInt64.max
        _ = Host.pollStreams(mask, timeout: min(left, hostSlice))
        try HostWait.checkSignals()
    }

    /// Waits for what is inside, and not long, since the host's streams are to be looked at too.
    ///
    /// BLOCKS.
    private static func pauseInside(_ queues: [WaitQueue], until deadline: UInt64?) throws(Errno) {
        let next = Clock.monotonic() + mixedSlice
        let last = deadline ?? UInt64.max
        do throws(Errno) { try block(on: queues, until: min(next, last)) } catch {
            if error != .ETIMEDOUT || last <= next { throw error }
        }
    }

    private static func streams(_ items: [Item]) -> UInt64 {
        var mask: UInt64 = 0
        for item in items {
            guard let stream = item.file.hostStream else { continue }
            if !item.wanted.intersection(.readable).isEmpty { mask |= 1 << UInt64(stream) }
            if !item.wanted.intersection(.writable).isEmpty { mask |= 1 << UInt64(stream + 8) }
        }
        return mask
    }
}
