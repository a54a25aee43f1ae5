extension MemoryCalls {
    /// The calls on an address space: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 9: return try MemoryCalls.mmap(call, thread)
        case 10: return try MemoryCalls.mprotect(call, thread)
        case 11: return try MemoryCalls.munmap(call, thread)
        case 12: return try MemoryCalls.brk(call, thread)
        case 25: return try MemoryCalls.mremap(call, thread)
        case 26: return 0
        case 27: return try MemoryCalls.mincore(call, thread)
        case 28: return try MemoryCalls.madvise(call, thread)
        case 149, 150, 151, 152, 325: return 0
        case 237, 238, 256: return 0
        case 324: return call.a0 == 0 ? 0 : Int64(-Errno.EINVAL.code)
        default: return nil
        }
    }
}
