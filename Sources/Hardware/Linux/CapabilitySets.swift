import CLinux

/// A process's capabilities, one bit each.
package struct CapabilitySets: Equatable, Sendable {
    package var effective: UInt64 = 0
    package var permitted: UInt64 = 0
    package var inheritable: UInt64 = 0
    package var bounding: UInt64 = 0
    package var ambient: UInt64 = 0

    package init() {}

    package static func current() throws(SystemCallError) -> CapabilitySets {
        var sets = CapabilitySets()
        let result = cl_get_capabilities(&sets.effective, &sets.permitted, &sets.inheritable)
        try SystemCallError.check(result, "read the own capabilities")
        for number in 0..<Int32(64) {
            let held = cl_has_bounding(number)
            if held < 0 { break }
            if held == 1 { sets.bounding |= 1 << UInt64(number) }
        }
        return sets
    }

    /// Takes out of the bounding set what is not in `bounding`; needs CAP_SETPCAP, so it comes before the user changes.
    package func dropBounding() throws(SystemCallError) {
        for number in 0..<Int32(64) where bounding & 1 << UInt64(number) == 0 {
            let held = cl_has_bounding(number)
            if held < 0 { break }
            guard held == 1 else { continue }
            try SystemCallError.check(
                cl_drop_bounding(number), "drop \(Capability.name(Int(number))) from the bounding set")
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
