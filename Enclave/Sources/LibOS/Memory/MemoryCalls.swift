/// mmap and its family, over the mappings of the calling process.
enum MemoryCalls {
    static func roundUp(_ value: UInt64) -> UInt64? {
        let (sum, overflow) = value.addingReportingOverflow(4095)
        return overflow ? nil : sum & ~4095
    }

    /// The end of a range; `error` where there is none.
    static func end(_ start: UInt64, _ length: UInt64, else error: Errno) throws(Errno) -> UInt64 {
        guard let rounded = roundUp(length) else { throw error }
        let (end, overflow) = start.addingReportingOverflow(rounded)
        guard !overflow else { throw error }
        return end
    }

    static func mmap(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let request = try MapRequest(call, thread)
        let space = thread.process.addressSpace
        try requireRoom(request.length, request.protection, request.flags, thread)
        if let view = try view(request, space) { return Int64(bitPattern: view) }
        let start = try request.place(space)
        let end = start + request.length
        if request.hasPlace { saveShared(start, end, space) }
        var mapping = Mapping(
            start: start, end: end, protection: request.protection, flags: request.shownFlags, fileOffset: request.offset)
        if let file = request.file {
            mapping.mapped = MappedFile(file, start: start, end: end, offset: request.offset, isShared: mapping.isShared)
        }
        try map(mapping, space)
        // What is there of an earlier owner has more rights than the range: it goes where there are none, and else loses them.
        if request.protection == 0 {
            space.pool.settle(start, end, all: true)
        } else {
            space.pool.restrict(start, end, to: request.protection)
        }
        if request.isPopulated, request.protection != 0 { space.bring(start, end) }
        return Int64(bitPattern: start)
    }

    /// The address of what is mapped already of a file that is to be mapped shared; `nil` where it is not.
    ///
    /// BLOCKS.
    private static func view(_ request: MapRequest, _ space: AddressSpace) throws(Errno) -> UInt64? {
        guard let file = request.file else { return nil }
        try SharedFiles.willRead(file.node)
        guard request.shownFlags & 1 != 0, file.node.sharedMappings > 0 else { return nil }
        let range = AddressSpace.SharedRange(file: file, offset: request.offset, length: request.length)
        guard let view = try space.view(of: range) else { return nil }
        if request.hasPlace {
            guard view == request.hint else { throw .ENOMEM }
            return nil
        }
        try space.addView(of: range, at: view, request.protection)
        return view
    }

    /// What is unmapped of shared mappings of files goes to them; an error of it is nobody's to be told, as under Linux.
    ///
    /// BLOCKS.
    static func saveShared(_ start: UInt64, _ end: UInt64, _ space: AddressSpace) {
        do throws(Errno) { try space.writeBack(start, end) } catch {}
    }

    /// Puts a mapping in with its file's bytes and jumps.
    ///
    /// BLOCKS.
    static func map(_ mapping: Mapping, _ space: AddressSpace) throws(Errno) {
        try space.insert(mapping)
        guard let mapped = mapping.mapped, mapping.protection != 0 else { return }
        do throws(Errno) {
            if mapping.protection & Protection.execute != 0 { mapped.prepareText(space) }
            if !mapped.isLazy(space) { try populate(mapping, space) }
            // Of a lazy mapping what an earlier owner had left there is filled already.
            mapped.text?.patchInPlace(mapping.start, mapping.end, space)
        } catch {
            space.remove(mapping.start, mapping.end)
            throw error
        }
    }

    /// Reads a file's bytes into a mapping, whatever its rights; behind the end of the file stay zeros.
    static func populate(_ mapping: Mapping, _ space: AddressSpace) throws(Errno) {
        guard let file = mapping.file else { return }
        var done: UInt64 = 0
        while done < mapping.length {
            let part = Int(min(mapping.length - done, 1 << 20))
            let n = try file.readAt(mapping.fileOffset + done, IOBuffer(filling: space, at: mapping.start + done, count: part))
            if n == 0 { return }
            done += UInt64(n)
        }
    }

    /// RLIMIT_AS counts all mappings, RLIMIT_DATA private ones that can be written.
    static func requireRoom(_ length: UInt64, _ protection: UInt32, _ flags: UInt64, _ thread: Thread) throws(Errno) {
        let limits = thread.process.limits
        let space = thread.process.addressSpace
        let (size, overflow) = space.mappedBytes.addingReportingOverflow(length)
        guard !overflow, size <= limits[9].soft else { throw .ENOMEM }
        guard limits[2].soft != UInt64.max, protection & Protection.write != 0, flags & 1 == 0 else { return }
        guard space.privateBytes + length <= limits[2].soft else { throw .ENOMEM }
    }

    static func munmap(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 & 4095 == 0, call.a1 > 0 else { throw .EINVAL }
        let end = try end(call.a0, call.a1, else: .EINVAL)
        guard end <= userEnd else { throw .EINVAL }
        let space = thread.process.addressSpace
        try unmap(call.a0, end, space)
        return 0
    }

    /// Where Linux' address space ends for a program; what lies behind is EINVAL and not only empty.
    static let userEnd: UInt64 = (1 << 47) - 4096

    static func unmap(_ start: UInt64, _ end: UInt64, _ space: AddressSpace) throws(Errno) {
        if let mapping = space.mapping(at: start), mapping.start < start, mapping.end > end,
            space.mappingCount >= AddressSpace.mostMappings
        {
            throw .ENOMEM
        }
        saveShared(start, end, space)
        for (start, end) in space.dropViews(start, end) { space.discardStubs(of: space.remove(start, end)) }
        space.pool.settle(max(start, space.pool.start), end, all: false)
    }

    static func brk(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let space = thread.process.addressSpace
        let wanted = call.a0
        let unchanged = Int64(bitPattern: space.heapEnd)
        guard wanted >= space.heapStart, let newEnd = roundUp(wanted), let oldEnd = roundUp(space.heapEnd) else { return unchanged }
        if newEnd > oldEnd {
            let limit = thread.process.limits[2].soft
            guard newEnd <= space.pool.end, space.isFree(oldEnd, newEnd), wanted - space.heapStart <= limit else {
                return unchanged
            }
            let rights = Protection.read | Protection.write
            do throws(Errno) {
                try requireRoom(newEnd - oldEnd, rights, 2, thread)
                try space.insert(Mapping(start: oldEnd, end: newEnd, protection: rights, flags: 2, purpose: .heap))
            } catch { return unchanged }
        } else if newEnd < oldEnd {
            space.remove(newEnd, oldEnd)
        }
        space.heapEnd = wanted
        if newEnd < oldEnd { space.pool.settle(newEnd, oldEnd, all: false) }
        return Int64(bitPattern: wanted)
    }
}
