extension FileCalls {
    /// poll, select, epoll, eventfd.
    func waitCall() throws(Errno) -> Int64? {
        switch call.number {
        case 7: return try poll(until: milliseconds(call.a2))
        case 271:
            let deadline = try relative(call.a2)
            defer { storeRest(of: deadline, call.a2) }
            return try masked(call.a3, call.a4) { () throws(Errno) in try poll(until: deadline) }
        case 23: return try select()
        case 270: return try selectMasked()
        case 213:
            guard int(call.a0) > 0 else { throw .EINVAL }
            return try makeEpoll(0)
        case 291: return try makeEpoll(word(call.a0))
        case 233: return try changeEpoll()
        case 232: return try waitEpoll(until: milliseconds(call.a3))
        case 281: return try masked(call.a4, call.a5) { () throws(Errno) in try waitEpoll(until: milliseconds(call.a3)) }
        case 441:
            let deadline = try relative(call.a3)
            return try masked(call.a4, call.a5) { () throws(Errno) in try waitEpoll(until: deadline) }
        case 284: return try makeEvent(0)
        case 290: return try makeEvent(word(call.a1))
        default: return nil
        }
    }

    // MARK: Deadlines and masks

    private func milliseconds(_ argument: UInt64) -> UInt64? {
        let value = int(argument)
        return value < 0 ? nil : Clock.monotonic() + UInt64(value) * 1_000_000
    }

    private func relative(_ address: UInt64) throws(Errno) -> UInt64? {
        guard address != 0 else { return nil }
        return Clock.monotonic() &+ (try TimeSpec.load(address))
    }

    /// The time that was not slept, in place of the time-out; where it cannot be written it stays untold, as in Linux.
    private func storeRest(of deadline: UInt64?, _ address: UInt64) {
        guard let deadline else { return }
        let now = Clock.monotonic()
        do throws(Errno) { try TimeSpec.store(deadline > now ? deadline - now : 0, to: address) } catch {}
    }

    /// Waits with another signal mask; after EINTR the delivery of the signal puts the old one back.
    private func masked(_ address: UInt64, _ size: UInt64, _ body: () throws(Errno) -> Int64) throws(Errno) -> Int64 {
        guard address != 0 else { return try body() }
        guard size == 8 else { throw .EINVAL }
        return try thread.withMask(try userLoad(address, as: UInt64.self), body)
    }

    // MARK: poll

    /// `struct pollfd`: i32 descriptor, i16 events, i16 revents.
    private func poll(until deadline: UInt64?) throws(Errno) -> Int64 {
        let count = word(call.a1)
        guard UInt64(count) <= min(process.limits[ResourceLimits.files].soft, ResourceLimits.mostFiles) else { throw .EINVAL }
        let records = try userBytes(call.a0, Int(count) * 8)
        var items: [PollWait.Item] = []
        var places: [UInt64] = []
        var invalid = 0
        for index in 0..<Int(count) {
            let at = index * 8
            let descriptor = Int32(bitPattern: Self.little(records, at, 4))
            let place = call.a0 &+ UInt64(at) &+ 6
            try userStore(UInt16(0), to: place)
            guard descriptor >= 0 else { continue }
            do throws(Errno) {
                let file = try process.descriptors.get(descriptor)
                let wanted = PollEvents(rawValue: Self.little(records, at + 4, 2))
                items.append(PollWait.Item(file: file, wanted: wanted.union(.always)))
                places.append(place)
            } catch {
                try userStore(UInt16(PollEvents.invalid.rawValue), to: place)
                invalid += 1
            }
        }
        let ready = try PollWait.wait(&items, until: invalid > 0 ? 0 : deadline)
        for index in 0..<items.count where !items[index].ready.isEmpty {
            try userStore(UInt16(truncatingIfNeeded: items[index].ready.rawValue), to: places[index])
        }
        return Int64(ready + invalid)
    }

    private static func little(_ bytes: Bytes, _ at: Int, _ count: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<count { value |= UInt32(bytes[at + index]) << UInt32(index * 8) }
        return value
    }

    // MARK: select

    /// select: `struct timeval`, which is left with the time that was not slept.
    private func select() throws(Errno) -> Int64 {
        guard call.a4 != 0 else { return try select(until: nil) }
        let seconds = try userLoad(call.a4, as: Int64.self)
        let part = try userLoad(call.a4 &+ 8, as: Int64.self)
        guard seconds >= 0, part >= 0 else { throw .EINVAL }
        let span = UInt64(min(seconds, 1 << 32)) * 1_000_000_000 + UInt64(min(part, 1 << 40)) * 1000
        let deadline = Clock.monotonic() + span
        let result = try select(until: deadline)
        let now = Clock.monotonic()
        let left = deadline > now ? deadline - now : 0
        // Where it cannot be written it stays untold, as in Linux.
        do throws(Errno) {
            try userStore(Int64(left / 1_000_000_000), to: call.a4)
            try userStore(Int64(left % 1_000_000_000 / 1000), to: call.a4 &+ 8)
        } catch {}
        return result
    }

    /// pselect6: the sixth argument points to a mask and its size.
    private func selectMasked() throws(Errno) -> Int64 {
        let deadline = try relative(call.a4)
        var mask: UInt64 = 0
        var size: UInt64 = 0
        if call.a5 != 0 {
            mask = try userLoad(call.a5, as: UInt64.self)
            size = try userLoad(call.a5 &+ 8, as: UInt64.self)
        }
        defer { storeRest(of: deadline, call.a4) }
        return try masked(mask, size) { () throws(Errno) in try select(until: deadline) }
    }

    private static let sets: [PollEvents] = [[.readable, .hangUp, .error], [.writable, .error], .urgent]

    private func select(until deadline: UInt64?) throws(Errno) -> Int64 {
        guard int(call.a0) >= 0 else { throw .EINVAL }
        let count = min(Int(int(call.a0)), max(256, Int(process.descriptors.end)))
        let length = (count + 63) / 64 * 8
        let addresses = [call.a1, call.a2, call.a3]
        var wanted: [Bytes] = []
        for address in addresses {
            wanted.append(address == 0 ? Bytes(repeating: 0, count: length) : try userBytes(address, length))
        }
        var items: [PollWait.Item] = []
        var descriptors: [Int] = []
        for descriptor in 0..<count {
            var events: PollEvents = []
            for set in 0..<3 where wanted[set][descriptor / 8] >> UInt8(descriptor % 8) & 1 != 0 {
                events.formUnion(Self.sets[set])
            }
            guard !events.isEmpty else { continue }
            items.append(PollWait.Item(file: try process.descriptors.get(Int32(descriptor)), wanted: events))
            descriptors.append(descriptor)
        }
        _ = try PollWait.wait(&items, until: deadline)
        var total: Int64 = 0
        for set in 0..<3 {
            var found = Bytes(repeating: 0, count: length)
            for index in 0..<items.count {
                let descriptor = descriptors[index]
                let bit = UInt8(1) << UInt8(descriptor % 8)
                guard wanted[set][descriptor / 8] & bit != 0, !items[index].ready.isDisjoint(with: Self.sets[set]) else { continue }
                found[descriptor / 8] |= bit
                total += 1
            }
            if addresses[set] != 0 { try userStoreBytes(found, to: addresses[set]) }
        }
        return total
    }

    // MARK: epoll and eventfd

    private func makeEpoll(_ flags: UInt32) throws(Errno) -> Int64 {
        guard flags & ~OpenFlags.closeOnExec == 0 else { throw .EINVAL }
        return Int64(try process.descriptors.install(EpollFile(flags: flags), cloexec: flags != 0))
    }

    private static let add: UInt64 = 1
    private static let remove: UInt64 = 2
    private static let change: UInt64 = 3

    /// `struct epoll_event` is packed: u32 events, u64 data.
    private func changeEpoll() throws(Errno) -> Int64 {
        let operation = call.a1 & 0xffff_ffff
        var events: UInt32 = 0
        var data: UInt64 = 0
        if operation != Self.remove {
            events = try userLoad(call.a3, as: UInt32.self)
            data = try userLoad(call.a3 &+ 4, as: UInt64.self)
        }
        let set = try dataFile(call.a0)
        let file = try dataFile(call.a2)
        let descriptor = int(call.a2)
        guard file.isPollable else { throw .EPERM }
        guard let epoll = set as? EpollFile, file !== set else { throw .EINVAL }
        if events & EpollItem.exclusive != 0 {
            if operation == Self.change { throw .EINVAL }
            let allowed = EpollItem.exclusiveEvents
            if operation == Self.add, file is EpollFile || events & ~allowed != 0 { throw .EINVAL }
        }
        switch operation {
        case Self.add: try epoll.add(file, descriptor, events: events, data: data)
        case Self.change: try epoll.change(file, descriptor, events: events, data: data)
        case Self.remove: try epoll.remove(file, descriptor)
        default: throw .EINVAL
        }
        return 0
    }

    private static let mostEvents = Int32.max / 12

    private func waitEpoll(until deadline: UInt64?) throws(Errno) -> Int64 {
        let file = try dataFile(call.a0)
        let most = int(call.a2)
        guard most > 0, most <= Self.mostEvents else { throw .EINVAL }
        try requireUserAddress(call.a1, UInt64(most) * 12)
        guard let epoll = file as? EpollFile else { throw .EINVAL }
        let count = try epoll.wait(most: Int(most), until: deadline) { (index, events, data) throws(Errno) in
            let place = call.a1 &+ UInt64(index * 12)
            try userStore(events.rawValue, to: place)
            try userStore(data, to: place &+ 4)
        }
        return Int64(count)
    }

    private func makeEvent(_ flags: UInt32) throws(Errno) -> Int64 {
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking | EventFile.semaphore) == 0 else { throw .EINVAL }
        let file = EventFile(value: word(call.a0), flags: flags)
        return Int64(try process.descriptors.install(file, cloexec: flags & OpenFlags.closeOnExec != 0))
    }
}
