/// Who am I, where am I, how much is there: calls that only read or set what the kernel keeps of a process.
enum InformationCalls {
    static func uname(_ address: UInt64) throws(Errno) -> Int64 {
        var out = Bytes(repeating: 0, count: 390)
        func put(_ text: Bytes, _ index: Int) {
            for (offset, byte) in text.prefix(64).enumerated() { out[index * 65 + offset] = byte }
        }
        put(LogText("Linux").bytes, 0)
        put(kernel.hostname, 1)
        put(LogText("6.1.0").bytes, 2)
        put(LogText("#1 SMP Inclavare").bytes, 3)
        put(LogText("x86_64").bytes, 4)
        put(LogText("(none)").bytes, 5)
        try userStoreBytes(out, to: address)
        return 0
    }

    static func sysinfo(_ address: UInt64) throws(Errno) -> Int64 {
        var out = Bytes(repeating: 0, count: 112)
        out.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: Clock.monotonic() / 1_000_000_000, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: kernel.memoryTotal, toByteOffset: 32, as: UInt64.self)
            raw.storeBytes(of: kernel.memoryFree, toByteOffset: 40, as: UInt64.self)
            raw.storeBytes(of: UInt16(1), toByteOffset: 80, as: UInt16.self)
            raw.storeBytes(of: UInt32(1), toByteOffset: 104, as: UInt32.self)
        }
        try userStoreBytes(out, to: address)
        return 0
    }

    static func limits(_ pid: UInt64, _ resource: UInt64, _ new: UInt64, _ old: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        guard resource < 16 else { throw .EINVAL }
        guard pid == 0 || Int32(truncatingIfNeeded: pid) == thread.process.id else { throw .ESRCH }
        let current = thread.process.limits[Int(resource)]
        if new != 0 {
            let soft = try userLoad(new, as: UInt64.self)
            let hard = try userLoad(new &+ 8, as: UInt64.self)
            guard soft <= hard else { throw .EINVAL }
            guard hard <= current.hard || thread.process.euid == 0 else { throw .EPERM }
            thread.process.limits[Int(resource)] = (soft, hard)
        }
        if old != 0 {
            try userStore(current.soft, to: old)
            try userStore(current.hard, to: old &+ 8)
        }
        return 0
    }

    static func usage(_ address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        var out = Bytes(repeating: 0, count: 144)
        let time = thread.process.ran
        out.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: time / 1_000_000_000, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: time % 1_000_000_000 / 1000, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: kernel.pool.peak * 4, toByteOffset: 32, as: UInt64.self)
        }
        try userStoreBytes(out, to: address)
        return 0
    }

    static func times(_ address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        let ticks = thread.process.ran / 10_000_000
        if address != 0 {
            try userStore(ticks, to: address)
            for offset in [UInt64(8), 16, 24] { try userStore(UInt64(0), to: address &+ offset) }
        }
        return Int64(Clock.monotonic() / 10_000_000)
    }

    static func affinity(_ call: CallArguments) throws(Errno) -> Int64 {
        guard call.a1 >= 8, call.a1 & 7 == 0 else { throw .EINVAL }
        let mask: UInt64 = kernel.cpuCount >= 64 ? UInt64.max : (1 << UInt64(kernel.cpuCount)) - 1
        try userStore(mask, to: call.a2)
        return 8
    }

    static func getcpu(_ call: CallArguments) throws(Errno) -> Int64 {
        if call.a0 != 0 { try userStore(kernel.vcpuIndex(), to: call.a0) }
        if call.a1 != 0 { try userStore(UInt32(0), to: call.a1) }
        return 0
    }

    static func random(_ call: CallArguments) throws(Errno) -> Int64 {
        guard call.a2 & ~7 == 0 else { throw .EINVAL }
        let count = Int(min(call.a1, 1 << 20))
        if count == 0 { return 0 }
        var bytes = Bytes(repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { Random.fill($0.baseAddress.unsafelyUnwrapped, count) }
        try userStoreBytes(bytes, to: call.a0)
        return Int64(count)
    }

    static func prctl(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        switch call.a0 {
        case 3: return Int64(thread.process.dumpable)
        case 4:
            guard call.a1 <= 1 else { throw .EINVAL }
            thread.process.dumpable = call.a1
            return 0
        case 15:
            let name = try userString(call.a1, limit: 4096, tooLong: .EFAULT)
            thread.name = Bytes(name.prefix(15))
            if thread === thread.process.threads.first { thread.process.name = thread.name }
            return 0
        case 16:
            var name = thread.name
            while name.count < 16 { name.append(0) }
            try userStoreBytes(name, to: call.a1)
            return 0
        // PDEATHSIG, KEEPCAPS, TIMERSLACK and no-new-privileges: kept by nobody, harmless to accept.
        case 1, 8, 29, 36, 38: return 0
        case 2:
            try userStore(Int32(0), to: call.a1)
            return 0
        case 7: return 0
        case 23: return call.a1 <= 40 ? 1 : Int64(-Errno.EINVAL.code)
        case 30: return 50000
        case 39: return 0
        default: throw .EINVAL
        }
    }

    static func setIdentity(_ values: [UInt64], groups: Bool, _ thread: Thread) throws(Errno) -> Int64 {
        let process = thread.process
        let current = groups ? [process.gid, process.egid, process.sgid] : [process.uid, process.euid, process.suid]
        var new = current
        for (index, value) in values.enumerated() {
            let id = UInt32(truncatingIfNeeded: value)
            if id == UInt32.max { continue }
            guard process.euid == 0 || current.contains(id) else { throw .EPERM }
            new[index] = id
        }
        if groups {
            process.gid = new[0]
            process.egid = new[1]
            process.sgid = new[2]
        } else {
            process.uid = new[0]
            process.euid = new[1]
            process.suid = new[2]
        }
        return 0
    }

    static func groups(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let groups = thread.process.groups
        if call.a0 == 0 { return Int64(groups.count) }
        guard call.a0 >= UInt64(groups.count) else { throw .EINVAL }
        for (index, group) in groups.enumerated() { try userStore(group, to: call.a1 &+ UInt64(index * 4)) }
        return Int64(groups.count)
    }

    static func setGroups(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 <= 65536 else { throw .EINVAL }
        guard thread.process.euid == 0 else { throw .EPERM }
        var groups: [UInt32] = []
        for index in 0..<call.a0 { groups.append(try userLoad(call.a1 &+ index * 4, as: UInt32.self)) }
        thread.process.groups = groups
        return 0
    }

    /// capget of version 3: root has all that a container has, others nothing.
    static func capabilities(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let version = try userLoad(call.a0, as: UInt32.self)
        guard version == 0x2008_0522 else {
            try userStore(UInt32(0x2008_0522), to: call.a0)
            throw .EINVAL
        }
        let low: UInt32 = thread.process.euid == 0 ? 0xa804_25fb : 0
        if call.a1 != 0 {
            for (index, value) in [low, low, 0, 0, 0, 0].enumerated() { try userStore(value, to: call.a1 &+ UInt64(index * 4)) }
        }
        return 0
    }
}
