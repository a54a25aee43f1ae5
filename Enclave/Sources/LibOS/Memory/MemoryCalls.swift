/// mmap and its family, over the mappings of the calling process.
enum MemoryCalls {
    private static let shared: UInt64 = 1
    private static let fixed: UInt64 = 0x10
    private static let anonymous: UInt64 = 0x20
    private static let fixedNoReplace: UInt64 = 0x100000
    private static let noReserve: UInt64 = 0x4000
    private static let stack: UInt64 = 0x20000
    private static let grow: UInt64 = 0x1000000
    private static let largeReservation: UInt64 = 32 << 20

    static func roundUp(_ value: UInt64) -> UInt64? {
        let (sum, overflow) = value.addingReportingOverflow(4095)
        return overflow ? nil : sum & ~4095
    }

    static func mmap(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let flags = call.a3
        let kind = flags & 0xf
        guard kind == 1 || kind == 2 || kind == 3, call.a1 > 0, call.a2 <= 15 else { throw .EINVAL }
        guard let length = roundUp(call.a1) else { throw .ENOMEM }
        guard call.a5 & 4095 == 0 else { throw .EINVAL }
        let protection = UInt32(call.a2) & Protection.all
        var file: OpenFile?
        if flags & anonymous == 0 {
            let opened = try thread.process.descriptors.get(Int32(truncatingIfNeeded: call.a4))
            guard opened.mappable else { throw .ENODEV }
            guard opened.statusFlags & 3 != 1 else { throw .EACCES }
            // A shared mapping that can be written would have to be carried back to the file; nothing does that yet.
            if kind != 2 && protection & Protection.write != 0 && opened.isVerified { throw .EACCES }
            file = opened
            // Then no part of the mapping has an offset that overflows.
            let (end, overflow) = call.a5.addingReportingOverflow(length)
            guard !overflow, end <= UInt64(Int64.max) else { throw .EOVERFLOW }
        }
        let start = try place(call.a0, length, flags, protection, space)
        let mapping = Mapping(
            start: start, end: start + length, protection: protection,
            flags: UInt32(kind == 2 ? 2 : 1) | UInt32(flags & (noReserve | stack)),
            file: file, fileOffset: call.a5, purpose: .ordinary)
        try space.insert(mapping)
        // A range without rights shall fault: what is there of an earlier owner goes.
        if protection == 0 { space.pool.settle(start, start + length, all: true) }
        if let file, protection != 0 {
            do throws(Errno) { try populate(file, call.a5, start, length, space) } catch {
                space.remove(start, start + length)
                throw error
            }
            if protection & Protection.execute != 0 { Rewriter.rewrite(mapping, space) }
        }
        return Int64(bitPattern: start)
    }

    /// Chooses the address as Linux does: exactly there, there if free, or as high as there is room.
    private static func place(
        _ hint: UInt64, _ length: UInt64, _ flags: UInt64, _ protection: UInt32, _ space: AddressSpace
    ) throws(Errno) -> UInt64 {
        if flags & (fixed | fixedNoReplace) != 0 {
            guard hint & 4095 == 0 else { throw .EINVAL }
            let (end, overflow) = hint.addingReportingOverflow(length)
            guard !overflow, hint >= space.pool.start, end <= space.reservationEnd else { throw .ENOMEM }
            if flags & fixedNoReplace != 0, !space.isFree(hint, end) { throw .EEXIST }
            return hint
        }
        let wanted = hint & ~4095
        if wanted >= space.pool.start, wanted < space.pool.end, space.pool.end - wanted >= length,
            space.isFree(wanted, wanted + length)
        {
            return wanted
        }
        // What is only reserved must not use up the pool: a large reservation goes beside it and can then never be committed. glibc
        // reserves 64 MiB a thread for a heap of its own, and goes without where it cannot have them.
        if !space.pool.isDynamic && protection == 0 && length >= largeReservation {
            guard let gap = space.reservationGap(length) else { throw .ENOMEM }
            return gap
        }
        guard let gap = space.gap(length) else { throw .ENOMEM }
        return gap
    }

    /// Reads a file's bytes into a mapping, whatever its rights; behind the end of the file stay zeros.
    static func populate(_ file: OpenFile, _ offset: UInt64, _ start: UInt64, _ length: UInt64, _ space: AddressSpace) throws(Errno)
    {
        var done: UInt64 = 0
        while done < length {
            let part = Int(min(length - done, 1 << 20))
            let n = try file.readAt(offset + done, IOBuffer(filling: space, at: start + done, count: part))
            if n == 0 { return }
            done += UInt64(n)
        }
    }

    static func munmap(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 & 4095 == 0, call.a1 > 0, let length = roundUp(call.a1) else { throw .EINVAL }
        let (end, overflow) = call.a0.addingReportingOverflow(length)
        guard !overflow, end <= thread.process.addressSpace.reservationEnd else { throw .EINVAL }
        let space = thread.process.addressSpace
        space.remove(call.a0, end)
        space.pool.settle(max(call.a0, space.pool.start), end, all: false)
        return 0
    }

    static func mprotect(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let protection = UInt64(UInt32(truncatingIfNeeded: call.a2)) & ~grow
        guard call.a0 & 4095 == 0, protection <= 7, let length = roundUp(call.a1) else { throw .EINVAL }
        if length == 0 { return 0 }
        let (end, overflow) = call.a0.addingReportingOverflow(length)
        guard !overflow else { throw .ENOMEM }
        // A file mapping that had no rights was not read in yet.
        var unread: [Mapping] = []
        for mapping in space.mappings where mapping.start < end && mapping.end > call.a0 && mapping.file != nil {
            let part = mapping.head(to: min(mapping.end, end))
            let cut = call.a0 > part.start ? part.tail(from: call.a0) : part
            if protection != 0 && mapping.protection == 0 { unread.append(cut) }
            if protection & 4 != 0 && mapping.protection & 4 == 0 && mapping.protection != 0 { Rewriter.rewrite(cut, space) }
        }
        try space.protect(call.a0, end, UInt32(protection))
        for mapping in unread {
            guard let file = mapping.file else { continue }
            try populate(file, mapping.fileOffset, mapping.start, mapping.length, space)
            if protection & 4 != 0 { Rewriter.rewrite(mapping, space) }
        }
        return 0
    }

    static func brk(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let wanted = call.a0
        guard wanted >= space.heapStart, let newEnd = roundUp(wanted), let oldEnd = roundUp(space.heapEnd) else {
            return Int64(bitPattern: space.heapEnd)
        }
        if newEnd > oldEnd {
            guard newEnd <= space.pool.end, space.isFree(oldEnd, newEnd) else { return Int64(bitPattern: space.heapEnd) }
            let mapping = Mapping(
                start: oldEnd, end: newEnd, protection: Protection.read | Protection.write, flags: 2, file: nil, fileOffset: 0,
                purpose: .heap)
            do throws(Errno) { try space.insert(mapping) } catch { return Int64(bitPattern: space.heapEnd) }
        } else if newEnd < oldEnd {
            space.remove(newEnd, oldEnd)
        }
        space.heapEnd = wanted
        if newEnd < oldEnd { space.pool.settle(newEnd, oldEnd, all: false) }
        return Int64(bitPattern: wanted)
    }

    static func madvise(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        guard call.a0 & 4095 == 0, let length = roundUp(call.a1) else { throw .EINVAL }
        let (end, overflow) = call.a0.addingReportingOverflow(length)
        guard !overflow else { throw .EINVAL }
        let advice = UInt32(truncatingIfNeeded: call.a2)
        // MADV_DONTNEED (4): anonymous memory reads as zeros afterwards, files as they are on disk. MADV_FREE (8) may do nothing.
        if advice == 4 { try forget(call.a0, end, space) }
        return advice <= 25 ? 0 : Int64(-Errno.EINVAL.code)
    }

    private static func forget(_ start: UInt64, _ end: UInt64, _ space: AddressSpace) throws(Errno) {
        // By address and not by index: each step may wait, and another thread change the mappings.
        var at = start
        while at < end {
            let index = space.firstIndex(endingAbove: at)
            guard index < space.mappings.count, space.mappings[index].start < end else { return }
            let mapping = space.mappings[index]
            let from = max(mapping.start, start)
            at = min(mapping.end, end)
            // A thread that ends forgets its whole stack, and the next one that gets it assumes nothing: zeroing 8 MiB a thread would cost more
            // than the thread.
            let isThreadStack = mapping.flags & UInt32(stack) != 0
            if mapping.protection != 0 && !isThreadStack && !(mapping.isShared && mapping.file == nil) {
                try forget(from, at, mapping, space)
            }
        }
    }

    private static func forget(_ from: UInt64, _ to: UInt64, _ mapping: Mapping, _ space: AddressSpace) throws(Errno) {
        if let file = mapping.file {
            space.pool.clear(from, to)
            try populate(file, mapping.fileOffset + (from - mapping.start), from, to - from, space)
        } else if space.pool.isDynamic {
            space.forget(from, to, mapping)
        } else {
            space.pool.clear(from, to)
        }
    }

    static func mremap(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let flags = call.a3
        guard call.a0 & 4095 == 0, flags & ~3 == 0, let oldLength = roundUp(call.a1), let newLength = roundUp(call.a2),
            newLength > 0,
            oldLength > 0
        else { throw .EINVAL }
        let (oldEnd, overflow) = call.a0.addingReportingOverflow(oldLength)
        guard !overflow else { throw .EINVAL }
        guard let mapping = space.mapping(at: call.a0), mapping.end >= oldEnd else { throw .EFAULT }
        if newLength <= oldLength {
            if newLength < oldLength {
                space.remove(call.a0 + newLength, oldEnd)
                space.pool.settle(call.a0 + newLength, oldEnd, all: false)
            }
            return Int64(bitPattern: call.a0)
        }
        try requireOffsets(mapping, from: call.a0, newLength)
        var extension_ = mapping.head(to: oldEnd)
        if mapping.end == oldEnd, oldEnd <= space.pool.end, space.pool.end - oldEnd >= newLength - oldLength,
            space.isFree(oldEnd, call.a0 + newLength), mapping.file == nil
        {
            extension_.start = oldEnd
            extension_.end = call.a0 + newLength
            try space.insert(extension_)
            return Int64(bitPattern: call.a0)
        }
        guard flags & 1 != 0 else { throw .ENOMEM }
        guard let gap = space.gap(newLength) else { throw .ENOMEM }
        var moved = call.a0 > mapping.start ? mapping.tail(from: call.a0) : mapping
        moved.start = gap
        moved.end = gap + newLength
        try space.insert(moved)
        if moved.protection != 0 {
            do throws(Errno) { try copy(call.a0, gap, oldLength, space) } catch {
                space.remove(gap, gap + newLength)
                throw error
            }
        }
        space.remove(call.a0, oldEnd)
        space.pool.settle(call.a0, oldEnd, all: false)
        return Int64(bitPattern: gap)
    }

    /// A mapping that grew has an offset for every byte of its file, as `mmap` saw to.
    private static func requireOffsets(_ mapping: Mapping, from address: UInt64, _ length: UInt64) throws(Errno) {
        guard mapping.file != nil else { return }
        let (end, overflow) = (mapping.fileOffset + (address - mapping.start)).addingReportingOverflow(length)
        guard !overflow, end <= UInt64(Int64.max) else { throw .EINVAL }
    }

    /// Copies what is committed; a page that nobody touched needs no other one.
    private static func copy(_ from: UInt64, _ to: UInt64, _ length: UInt64, _ space: AddressSpace) throws(Errno) {
        let memory = try space.userMemory()
        let pool = space.pool
        var runs: [(UInt64, UInt64)] = []
        pool.forEachRun(from, from + length, where: { $0 & PageStates.committed != 0 }) { runs.append(($0, $1)) }
        for (first, last) in runs {
            let source = pool.start + first * PagePool.pageSize
            let count = Int((last - first) * PagePool.pageSize)
            let place = try memory.populated(to + (source - from), count)
            place.copyMemory(from: try memory.populated(source, count), byteCount: count)
        }
    }

    static func mincore(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 & 4095 == 0, let length = roundUp(call.a1) else { throw .EINVAL }
        guard thread.process.addressSpace.mapping(at: call.a0) != nil else { throw .ENOMEM }
        let pool = thread.process.addressSpace.pool
        let (end, overflow) = call.a0.addingReportingOverflow(length)
        guard !overflow, pool.contains(call.a0, end) else { throw .ENOMEM }
        // A piece at a time: a pool of 64 GiB has more pages than the kernel's heap has bytes to spare.
        var at = call.a0
        var target = call.a2
        while at < end {
            let count = min((end - at) / 4096, 4096)
            var resident = Bytes(repeating: 0, count: Int(count))
            for page in resident.indices where pool.isCommitted(at + UInt64(page) * 4096) { resident[page] = 1 }
            try userStoreBytes(resident, to: target)
            at += count * 4096
            target &+= count
        }
        return 0
    }
}
