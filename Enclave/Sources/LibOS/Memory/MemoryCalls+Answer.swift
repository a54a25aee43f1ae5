extension MemoryCalls {
    /// The calls on an address space: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 9: return try mmap(call, thread)
        case 10: return try mprotect(call, thread)
        case 11: return try munmap(call, thread)
        case 12: return try brk(call, thread)
        case 25: return try mremap(call, thread)
        case 26: return try msync(call, thread)
        case 27: return try mincore(call, thread)
        case 28: return try madvise(call, thread)
        case 149, 150, 325: return try lock(call, thread)
        case 151: return try lockAll(call, thread)
        case 152: return 0
        case 237, 238, 239, 256, 279: return try policy(call, thread)
        case 310, 311: return try transfer(call, thread)
        case 329:
            // As on a processor without protection keys.
            guard Int32(truncatingIfNeeded: call.a3) == -1 else { throw .EINVAL }
            return try mprotect(call, thread)
        default: return nil
        }
    }
}
