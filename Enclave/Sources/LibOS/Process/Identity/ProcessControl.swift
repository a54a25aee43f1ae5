import CEnclave

/// prctl(2): what a kernel without an option says of it is EINVAL.
enum ProcessControl {
    static func call(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let process = thread.process
        switch UInt32(truncatingIfNeeded: call.a0) {
        case 1:
            guard call.a1 <= 64 else { throw .EINVAL }
            thread.attributes.parentDeathSignal = UInt32(call.a1)
        case 2: try userStore(thread.attributes.parentDeathSignal, to: call.a1)
        case 3: return Int64(process.attributes.dumpable)
        case 4:
            guard call.a1 <= 1 else { throw .EINVAL }
            process.attributes.dumpable = call.a1
        case 7: return process.capabilities.secureBits & Capabilities.keep != 0 ? 1 : 0
        case 8: try keepCapabilities(call.a1, process)
        // Timing is by statistics, as everywhere.
        case 13: return 0
        case 14: guard call.a1 == 0 else { throw .EINVAL }
        case 15: try setName(call.a1, thread)
        case 16:
            var name = thread.name
            while name.count < 16 { name.append(0) }
            try userStoreBytes(name, to: call.a1)
        case 23: return try CapabilityCalls.bounding(call.a1, dropping: false, process)
        case 24: return try CapabilityCalls.bounding(call.a1, dropping: true, process)
        // RDTSC is there, and cannot be taken away.
        case 25: try userStore(Int32(1), to: call.a1)
        case 26: guard call.a1 == 1 else { throw .EINVAL }
        case 27: return Int64(process.capabilities.secureBits)
        case 28: return try CapabilityCalls.setSecureBits(call.a1, process)
        case 29:
            let wanted = Int64(bitPattern: call.a1)
            thread.attributes.timerSlack = wanted <= 0 ? ThreadAttributes.defaultTimerSlack : call.a1
        case 30: return Int64(clamping: thread.attributes.timerSlack)
        // Counting events of none.
        case 31, 32: return 0
        case 34:
            guard call.a1 | call.a2 | call.a3 | call.a4 == 0 else { throw .EINVAL }
            return 2
        case 35: throw .EPERM
        case 36: process.attributes.isSubreaper = call.a1 != 0
        case 37: try userStore(Int32(process.attributes.isSubreaper ? 1 : 0), to: call.a1)
        case 38:
            guard call.a1 == 1, call.a2 | call.a3 | call.a4 == 0 else { throw .EINVAL }
            thread.attributes.noNewPrivileges = true
        case 39:
            guard call.a1 | call.a2 | call.a3 | call.a4 == 0 else { throw .EINVAL }
            return thread.attributes.noNewPrivileges ? 1 : 0
        case 40: try userStore(thread.clearChildTID, to: call.a1)
        case 41:
            guard call.a2 | call.a3 | call.a4 == 0 else { throw .EINVAL }
            process.attributes.hugePagesDisabled = call.a1 != 0
        case 42:
            guard call.a1 | call.a2 | call.a3 | call.a4 == 0 else { throw .EINVAL }
            return process.attributes.hugePagesDisabled ? 1 : 0
        case 47: return try CapabilityCalls.ambient(call, process)
        // Who may trace it: nobody can.
        case 0x5961_6d61: return 0
        default: throw .EINVAL
        }
        return 0
    }

    private static func keepCapabilities(_ value: UInt64, _ process: Process) throws(Errno) {
        guard value <= 1 else { throw .EINVAL }
        guard process.capabilities.secureBits & Capabilities.keepLocked == 0 else { throw .EPERM }
        if value == 1 {
            process.capabilities.secureBits |= Capabilities.keep
        } else {
            process.capabilities.secureBits &= ~Capabilities.keep
        }
    }

    private static func setName(_ address: UInt64, _ thread: Thread) throws(Errno) {
        // Up to 15 bytes: what stands behind them need not be readable.
        var name: Bytes = []
        while name.count < 15 {
            let byte = try userLoad(address &+ UInt64(name.count), as: UInt8.self)
            if byte == 0 { break }
            name.append(byte)
        }
        thread.name = name
        if thread.id == thread.process.id { thread.process.name = name }
    }

    /// arch_prctl(2): FS is the program's, GS the enclave's.
    static func architecture(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        switch UInt32(truncatingIfNeeded: call.a0) {
        case 0x1002:
            guard call.a1 < 1 << 47 else { throw .EPERM }
            fs_base_write(call.a1)
            return 0
        case 0x1003:
            try userStore(fs_base_read(), to: call.a1)
            return 0
        case 0x1001, 0x1004:
            kernel.noteUnsupported("arch_prctl of GS: it holds the enclave's own base")
            throw .EINVAL
        // CPUID is answered from a table, whether it faults or not.
        case 0x1011: return 1
        case 0x1012: throw .ENODEV
        default: throw .EINVAL
        }
    }
}
