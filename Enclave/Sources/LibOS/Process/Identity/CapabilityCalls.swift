/// capget, capset and the prctl operations on capabilities.
enum CapabilityCalls {
    private static let version1: UInt32 = 0x1998_0330
    private static let version2: UInt32 = 0x2007_1026
    private static let version3: UInt32 = 0x2008_0522

    static func get(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        // Asking with no place for the answer asks for the version.
        guard let words = try wordCount(call.a0, asksVersion: call.a1 == 0) else { return 0 }
        if call.a1 == 0 { return 0 }
        let pid = try userLoad(call.a0 &+ 4, as: Int32.self)
        guard pid >= 0 else { throw .EINVAL }
        guard let process = pid == 0 ? thread.process : kernel.thread(pid)?.process else { throw .ESRCH }
        let sets = process.capabilities
        for index in 0..<words {
            for (offset, set) in [sets.effective, sets.permitted, sets.inheritable].enumerated() {
                let half = UInt32(truncatingIfNeeded: set >> (32 * index))
                try userStore(half, to: call.a1 &+ index * 12 &+ UInt64(offset) * 4)
            }
        }
        return 0
    }

    static func set(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard let words = try wordCount(call.a0, asksVersion: false) else { throw .EINVAL }
        let pid = try userLoad(call.a0 &+ 4, as: Int32.self)
        guard pid == 0 || pid == thread.id else { throw .EPERM }
        var sets: [UInt64] = [0, 0, 0]
        for index in 0..<words {
            for set in 0..<3 {
                let half = try userLoad(call.a1 &+ index * 12 &+ UInt64(set) * 4, as: UInt32.self)
                sets[set] |= UInt64(half) << (32 * index)
            }
        }
        let known: UInt64 = 1 << (Capabilities.last + 1) - 1
        try thread.process.capabilities.set(
            effective: sets[0] & known, permitted: sets[1] & known, inheritable: sets[2] & known)
        return 0
    }

    /// Words a set has in the caller's version; EINVAL with the preferred version stored where there is no such version.
    private static func wordCount(_ header: UInt64, asksVersion: Bool) throws(Errno) -> UInt64? {
        switch try userLoad(header, as: UInt32.self) {
        case version1: return 1
        case version2, version3: return 2
        default:
            try userStore(version3, to: header)
            if asksVersion { return nil }
            throw .EINVAL
        }
    }

    /// PR_CAPBSET_READ and PR_CAPBSET_DROP.
    static func bounding(_ capability: UInt64, dropping: Bool, _ process: Process) throws(Errno) -> Int64 {
        if dropping, !process.capabilities.has(Capabilities.setCapabilities) { throw .EPERM }
        guard capability <= Capabilities.last else { throw .EINVAL }
        guard dropping else { return Int64(process.capabilities.bounding >> capability & 1) }
        process.capabilities.bounding &= ~(1 << capability)
        return 0
    }

    /// PR_CAP_AMBIENT.
    static func ambient(_ call: CallArguments, _ process: Process) throws(Errno) -> Int64 {
        if call.a1 == 4 {
            guard call.a2 | call.a3 | call.a4 == 0 else { throw .EINVAL }
            process.capabilities.ambient = 0
            return 0
        }
        guard call.a3 | call.a4 == 0, call.a2 <= Capabilities.last else { throw .EINVAL }
        let bit: UInt64 = 1 << call.a2
        switch call.a1 {
        case 1: return process.capabilities.ambient & bit != 0 ? 1 : 0
        case 2:
            let sets = process.capabilities
            guard sets.permitted & sets.inheritable & bit != 0, sets.secureBits & Capabilities.noAmbientRaise == 0 else {
                throw .EPERM
            }
            process.capabilities.ambient |= bit
            return 0
        case 3:
            process.capabilities.ambient &= ~bit
            return 0
        default: throw .EINVAL
        }
    }

    /// PR_SET_SECUREBITS: each bit's lock stands above it, and locked bits stay.
    static func setSecureBits(_ bits: UInt64, _ process: Process) throws(Errno) -> Int64 {
        let old = process.capabilities.secureBits
        guard bits <= 0xff, process.capabilities.has(Capabilities.setCapabilities) else { throw .EPERM }
        let new = UInt32(bits)
        let locked = (old & 0xaa) >> 1
        guard (old ^ new) & locked == 0, old & 0xaa & ~new == 0 else { throw .EPERM }
        process.capabilities.secureBits = new
        return 0
    }
}
