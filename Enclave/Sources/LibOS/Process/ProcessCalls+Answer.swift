import CEnclave

extension ProcessCalls {
    /// The calls on threads, programs and their scheduling: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 202: return try Futex.call(call, thread)
        case 24:
            Scheduler.yield()
            return 0
        case 56:
            return try ProcessCalls.clone(call.a0, stack: call.a1, parentTID: call.a2, childTID: call.a3, tls: call.a4, thread)
        case 57, 58: return try ProcessCalls.clone(0, stack: 0, parentTID: 0, childTID: 0, tls: 0, thread)
        case 435: return try ProcessCalls.clone3(call, thread)
        case 59: return try ProcessCalls.execve(call, thread)
        case 60: ProcessCalls.exit(call.a0, thread)
        case 231:
            endProcess(thread.process, status: UInt32(call.a0 & 0xff), signal: 0)
            return 0
        case 61, 247: throw .ECHILD
        case 158:
            switch call.a0 {
            case 0x1002:
                guard call.a1 < 1 << 47 else { throw .EPERM }
                fs_base_write(call.a1)
            case 0x1003: try userStore(fs_base_read(), to: call.a1)
            default: throw .EINVAL
            }
            return 0
        case 218:
            thread.clearChildTID = call.a0
            return Int64(thread.id)
        case 273:
            guard call.a1 == 24 else { throw .EINVAL }
            thread.robustList = call.a0
            return 0
        // Refused as an old kernel does, so that glibc goes without: rseq, pkeys, userfaultfd, io_uring, bpf, seccomp.
        case 334, 329, 330, 331, 425, 426, 427, 321, 323, 317: throw .ENOSYS
        case 203: return 0
        case 204: return try InformationCalls.affinity(call)
        case 309: return try InformationCalls.getcpu(call)
        case 140: return 20
        case 141: return 0
        case 142, 144: return 0
        case 143:
            try userStore(UInt32(0), to: call.a1)
            return 0
        case 145: return 0
        case 146: return 99
        case 147: return 1
        default: return nil
        }
    }
}
