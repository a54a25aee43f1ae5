extension MemoryCalls {
    private static let mayMove: UInt64 = 1
    private static let fixed: UInt64 = 2
    private static let dontUnmap: UInt64 = 4

    static func mremap(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let flags = call.a3
        guard flags & ~7 == 0, call.a0 & 4095 == 0 else { throw .EINVAL }
        if flags & fixed != 0, flags & mayMove == 0 { throw .EINVAL }
        guard let oldLength = roundUp(call.a1), let newLength = roundUp(call.a2), newLength > 0 else { throw .EINVAL }
        if flags & dontUnmap != 0, flags & mayMove == 0 || oldLength != newLength { throw .EINVAL }
        let (oldEnd, overflow) = call.a0.addingReportingOverflow(oldLength)
        guard !overflow else { throw .EINVAL }
        guard let mapping = space.mapping(at: call.a0) else { throw .EFAULT }
        if oldLength == 0 {
            // A second view of shared memory, which has one address here.
            throw mapping.isShared ? .ENOMEM : .EINVAL
        }
        var move = Move(from: call.a0, end: oldEnd, newLength: newLength, keepsOld: flags & dontUnmap != 0, mapping: mapping)
        if flags & fixed != 0 {
            move.target = try fixedTarget(call.a4, move)
        } else if newLength <= oldLength, flags & dontUnmap == 0 {
            if newLength < oldLength { try unmap(call.a0 + newLength, oldEnd, space) }
            return Int64(bitPattern: call.a0)
        }
        guard mapping.end >= oldEnd else { throw .EFAULT }
        guard mapping.views == 1 else { throw .ENOMEM }
        try requireOffsets(mapping, from: call.a0, newLength)
        if newLength > oldLength {
            try requireRoom(newLength - oldLength, mapping.protection, UInt64(mapping.flags), thread)
            if move.target == nil, mapping.end == oldEnd, space.isFree(oldEnd, call.a0 + newLength),
                call.a0 + newLength <= space.pool.end
            {
                try grow(mapping, by: newLength - oldLength, space)
                return Int64(bitPattern: call.a0)
            }
        }
        guard flags & mayMove != 0 else { throw .ENOMEM }
        return Int64(bitPattern: try perform(move, space))
    }

    private struct Move {
        let from: UInt64
        let end: UInt64
        let newLength: UInt64
        let keepsOld: Bool
        let mapping: Mapping
        var target: UInt64?

        init(from: UInt64, end: UInt64, newLength: UInt64, keepsOld: Bool, mapping: Mapping) {
            self.from = from
            self.end = end
            self.newLength = newLength
            self.keepsOld = keepsOld
            self.mapping = mapping
        }

        var length: UInt64 { min(end - from, newLength) }
    }

    private static func fixedTarget(_ target: UInt64, _ move: Move) throws(Errno) -> UInt64 {
        guard target & 4095 == 0 else { throw .EINVAL }
        let (end, overflow) = target.addingReportingOverflow(move.newLength)
        guard !overflow, end <= userEnd, end <= move.from || target >= move.end else { throw .EINVAL }
        return target
    }

    /// A mapping that grew has an offset for every byte of its file, as `mmap` saw to.
    private static func requireOffsets(_ mapping: Mapping, from address: UInt64, _ length: UInt64) throws(Errno) {
        guard mapping.mapped != nil else { return }
        let (end, overflow) = mapping.offset(of: address).addingReportingOverflow(length)
        guard !overflow, end <= UInt64(Int64.max) else { throw .EINVAL }
    }

    private static func grow(_ mapping: Mapping, by length: UInt64, _ space: AddressSpace) throws(Errno) {
        var more = mapping
        more.start = mapping.end
        more.end = mapping.end + length
        if mapping.mapped != nil { more.fileOffset = mapping.offset(of: mapping.end) }
        try space.insert(more)
        if let mapped = mapping.mapped, !mapped.isLazy(space), mapping.protection != 0 { try populate(more, space) }
    }

    private static func perform(_ move: Move, _ space: AddressSpace) throws(Errno) -> UInt64 {
        guard let target = move.target ?? space.gap(move.newLength) else { throw .ENOMEM }
        guard space.pool.contains(target, target + move.newLength) else { throw .ENOMEM }
        var moved = move.mapping.part(move.from, move.end)
        moved.start = target
        moved.end = target + move.newLength
        if let old = move.mapping.mapped {
            saveShared(move.from, move.end, space)
            moved.mapped = MappedFile(
                old.file, start: target, end: moved.end, offset: moved.fileOffset, isShared: moved.isShared)
        }
        try map(moved, space)
        do throws(Errno) { try copy(move, to: target, space) } catch {
            try unmap(target, target + move.newLength, space)
            throw error
        }
        if move.keepsOld {
            space.pool.clear(move.from, move.end)
        } else {
            try unmap(move.from, move.end, space)
        }
        return target
    }

    /// Copies what is committed; a page that nobody touched needs no other one, and text comes from its file again, with jumps of its own.
    private static func copy(_ move: Move, to target: UInt64, _ space: AddressSpace) throws(Errno) {
        guard move.mapping.mapped?.text == nil else { return }
        let pool = space.pool
        var runs: [(UInt64, UInt64)] = []
        pool.forEachRun(move.from, move.from + move.length, where: { $0 & PageStates.committed != 0 }) {
            runs.append((pool.address($0), pool.address($1)))
        }
        for (first, last) in runs {
            let count = Int(last - first)
            try pool.isDynamic
                ? space.makePresent(target + (first - move.from), count)
                : pool.commit(target + (first - move.from), target + (last - move.from))
            try space.makePresent(first, count, writing: false)
            guard let source = UnsafeRawPointer(bitPattern: UInt(first)),
                let place = UnsafeMutableRawPointer(bitPattern: UInt(target + (first - move.from)))
            else { throw .EFAULT }
            place.copyMemory(from: source, byteCount: count)
        }
    }
}
