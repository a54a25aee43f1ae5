import CLinux

/// A process's capabilities, one bit each.
package struct CapabilitySets: Equatable, Sendable {
    package var effective: UInt64 = 0
    package var permitted: UInt64 = 0
    package var inheritable: UInt64 = 0
    package var bounding: UInt64 = 0
    package var ambient: UInt64 = 0

    package init() {}

    /// What the calling process has in its bounding set, and what there is in this kernel.
    package static func boundingSet() -> (held: UInt64, known: UInt64) {
        var (held, known): (UInt64, UInt64) = (0, 0)
        for number in 0..<Int32(64) {
            let result = cl_has_bounding(number)
            if result < 0 { break }
            known |= 1 << UInt64(number)
            if result == 1 { held |= 1 << UInt64(number) }
        }
        return (held, known)
    }

    /// Takes out of the bounding set, which is `held` now, what is not in `bounding`; needs CAP_SETPCAP, so it comes before the user
    /// changes.
    package func dropBounding(of held: UInt64) throws(SystemCallError) {
        for number in 0..<64 where held & ~bounding & 1 << UInt64(number) != 0 {
            try SystemCallError.check(
                cl_drop_bounding(Int32(number)), "drop \(Capability.name(number)) from the bounding set")
        }
    }

    /// Sets the rest of them; comes after the user changed.
    package func apply() throws(SystemCallError) {
        try SystemCallError.check(cl_set_capabilities(effective, permitted, inheritable), "set the capabilities")
        _ = cl_clear_ambient()
        for number in 0..<64 where ambient & 1 << UInt64(number) != 0 {
            try SystemCallError.check(
                cl_raise_ambient(Int32(number)), "raise \(Capability.name(number)) as ambient capability")
        }
    }
}
