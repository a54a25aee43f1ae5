/// Futexes, wholly inside: a waiter is found by (address space, address), since every mapping of shared memory has one address.
enum Futex {
    private final class Waiter {
        let thread: Thread
        let space: AddressSpace
        var address: UInt64
        let bitset: UInt32
        let queue = WaitQueue()
        var woken = false

        init(thread: Thread, space: AddressSpace, address: UInt64, bitset: UInt32) {
            self.thread = thread
            self.space = space
            self.address = address
            self.bitset = bitset
        }
    }

    private static let bucketCount = 64
    nonisolated(unsafe) private static var buckets = [[Waiter]](repeating: [], count: 64)

    private static func bucket(_ address: UInt64) -> Int {
        Int(truncatingIfNeeded: (address >> 2) ^ (address >> 12)) & (bucketCount - 1)
    }

    static func call(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let operation = UInt32(truncatingIfNeeded: call.a1) & 0x7f
        let realtime = call.a1 & 0x100 != 0
        guard call.a0 & 3 == 0 else { throw .EINVAL }
        let value = UInt32(truncatingIfNeeded: call.a2)
        switch operation {
        case 0: return try wait(call.a0, value, UInt32.max, try relative(call.a3), thread)
        case 9:
            return try wait(call.a0, value, UInt32(truncatingIfNeeded: call.a5), try absolute(call.a3, realtime: realtime), thread)
        case 1: return wake(call.a0, Int32(bitPattern: value), UInt32.max, thread.process.addressSpace)
        case 10: return wake(call.a0, Int32(bitPattern: value), UInt32(truncatingIfNeeded: call.a5), thread.process.addressSpace)
        case 3, 4:
            if operation == 4 {
                guard try userLoad(call.a0, as: UInt32.self) == UInt32(truncatingIfNeeded: call.a5) else { throw .EAGAIN }
            }
            return requeue(
                call.a0, call.a4, Int32(bitPattern: value), Int32(truncatingIfNeeded: call.a3), thread.process.addressSpace,
                countMoved: operation == 4)
        case 5: return try wakeOperation(call, thread.process.addressSpace)
        default: throw .ENOSYS
        }
    }

    private static func relative(_ address: UInt64) throws(Errno) -> UInt64? {
        guard address != 0 else { return nil }
        return Clock.monotonic() &+ (try TimeSpec.load(address))
    }

    private static func absolute(_ address: UInt64, realtime: Bool) throws(Errno) -> UInt64? {
        guard address != 0 else { return nil }
        let time = try TimeSpec.load(address)
        return realtime ? Clock.monotonicAt(realtime: time) : time
    }

    private static func wait(
        _ address: UInt64, _ expected: UInt32, _ bitset: UInt32, _ deadline: UInt64?, _ thread: Thread
    ) throws(Errno) -> Int64 {
        guard bitset != 0 else { throw .EINVAL }
        guard try userLoad(address, as: UInt32.self) == expected else { throw .EAGAIN }
        let waiter = Waiter(thread: thread, space: thread.process.addressSpace, address: address, bitset: bitset)
        buckets[bucket(address)].append(waiter)
        defer { remove(waiter) }
        while !waiter.woken {
            do throws(Errno) { try block(on: [waiter.queue], until: deadline) } catch {
                if waiter.woken { return 0 }
                throw error
            }
        }
        return 0
    }

    private static func remove(_ waiter: Waiter) {
        let index = bucket(waiter.address)
        if let at = buckets[index].firstIndex(where: { $0 === waiter }) { buckets[index].remove(at: at) }
    }

    /// Wakes up to `count` waiters; also called by the kernel for CLEARTID, without touching user memory.
    static func wake(_ address: UInt64, _ count: Int32, _ bitset: UInt32, _ space: AddressSpace) -> Int64 {
        guard count > 0 else { return 0 }
        var woken: Int64 = 0
        let index = bucket(address)
        var at = 0
        while at < buckets[index].count && woken < Int64(count) {
            let waiter = buckets[index][at]
            if waiter.address == address && waiter.space === space && waiter.bitset & bitset != 0 && !waiter.woken {
                waiter.woken = true
                buckets[index].remove(at: at)
                waiter.queue.wakeAll()
                woken += 1
            } else {
                at += 1
            }
        }
        return woken
    }

    private static func requeue(
        _ from: UInt64, _ to: UInt64, _ wakes: Int32, _ moves: Int32, _ space: AddressSpace, countMoved: Bool
    ) -> Int64 {
        let woken = wake(from, wakes, UInt32.max, space)
        var moved: Int64 = 0
        let source = bucket(from)
        var at = 0
        while at < buckets[source].count && moved < Int64(moves) {
            let waiter = buckets[source][at]
            if waiter.address == from && waiter.space === space && !waiter.woken {
                buckets[source].remove(at: at)
                waiter.address = to
                buckets[bucket(to)].append(waiter)
                moved += 1
                // In the same bucket the moved one now stands behind `at`; its new address keeps it from being moved again.
            } else {
                at += 1
            }
        }
        return countMoved ? woken + moved : woken
    }

    private static func wakeOperation(_ call: CallArguments, _ space: AddressSpace) throws(Errno) -> Int64 {
        let code = UInt32(truncatingIfNeeded: call.a5)
        var operand = (code >> 12) & 0xfff
        let compared = Int32(bitPattern: (code & 0xfff) << 20) >> 20
        if code >> 28 & 8 != 0 { operand = 1 << (operand & 31) }
        let old = try userLoad(call.a4, as: UInt32.self)
        let new: UInt32
        switch code >> 28 & 7 {
        case 0: new = operand
        case 1: new = old &+ operand
        case 2: new = old | operand
        case 3: new = old & ~operand
        case 4: new = old ^ operand
        default: throw .ENOSYS
        }
        try userStore(new, to: call.a4)
        let signed = Int32(bitPattern: old)
        let holds: Bool
        switch code >> 24 & 15 {
        case 0: holds = signed == compared
        case 1: holds = signed != compared
        case 2: holds = signed < compared
        case 3: holds = signed <= compared
        case 4: holds = signed > compared
        case 5: holds = signed >= compared
        default: throw .ENOSYS
        }
        var woken = wake(call.a0, Int32(truncatingIfNeeded: call.a2), UInt32.max, space)
        if holds { woken += wake(call.a4, Int32(truncatingIfNeeded: call.a3), UInt32.max, space) }
        return woken
    }
}
