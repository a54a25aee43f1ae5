/// The capability sets of a process, by Linux' rules; they decide what calls inside allow, nothing on the host.
struct Capabilities {
    var permitted = Self.ofContainer
    var effective = Self.ofContainer
    var inheritable: UInt64 = 0
    var bounding = Self.ofContainer
    var ambient: UInt64 = 0
    var secureBits: UInt32 = 0

    static let setGID: UInt64 = 6
    static let setUID: UInt64 = 7
    static let setCapabilities: UInt64 = 8
    static let nice: UInt64 = 23
    static let resource: UInt64 = 24
    /// CAP_CHECKPOINT_RESTORE, the highest of Linux 6.1.
    static let last: UInt64 = 40

    /// What container engines leave root by default, and the two that only change priorities and limits.
    static let ofContainer: UInt64 = 0xa984_25fb

    static let noRoot: UInt32 = 1
    static let noSetUIDFixup: UInt32 = 4
    static let keep: UInt32 = 16
    static let keepLocked: UInt32 = 32
    static let noAmbientRaise: UInt32 = 64

    func has(_ capability: UInt64) -> Bool { effective >> capability & 1 != 0 }

    /// The user ids changed, effective and others: root's capabilities go with root.
    mutating func follow(
        from old: (real: UInt32, effective: UInt32, saved: UInt32), to new: (real: UInt32, effective: UInt32, saved: UInt32)
    ) {
        if secureBits & Self.noSetUIDFixup != 0 { return }
        let hadRoot = old.real == 0 || old.effective == 0 || old.saved == 0
        let hasRoot = new.real == 0 || new.effective == 0 || new.saved == 0
        if hadRoot, !hasRoot {
            if secureBits & Self.keep == 0 {
                permitted = 0
                effective = 0
            }
            ambient = 0
        }
        if old.effective == 0, new.effective != 0 { effective = 0 }
        if old.effective != 0, new.effective == 0 { effective = permitted }
    }

    /// A program is replaced by another one: files carry no capabilities here.
    mutating func replaceProgram(uid: UInt32, euid: UInt32) {
        if secureBits & Self.noRoot == 0, uid == 0 || euid == 0 {
            permitted = inheritable | bounding
            effective = euid == 0 ? permitted : ambient
            ambient = 0
        } else {
            permitted = ambient
            effective = ambient
        }
        secureBits &= ~Self.keep
    }

    /// capset(2).
    mutating func set(effective newEffective: UInt64, permitted newPermitted: UInt64, inheritable newInheritable: UInt64)
        throws(Errno)
    {
        let mayInherit = has(Self.setCapabilities) ? UInt64.max : inheritable | permitted
        guard newInheritable & ~mayInherit == 0, newInheritable & ~(inheritable | bounding) == 0,
            newPermitted & ~permitted == 0, newEffective & ~newPermitted == 0
        else { throw .EPERM }
        effective = newEffective
        permitted = newPermitted
        inheritable = newInheritable
        ambient &= permitted & inheritable
    }
}
