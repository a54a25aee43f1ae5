/// PROT_* bits.
enum Protection {
    static let none: UInt32 = 0
    static let read: UInt32 = 1
    static let write: UInt32 = 2
    static let execute: UInt32 = 4
    static let all: UInt32 = 7
}

/// One range of an address space with one set of rights and one backing.
struct Mapping {
    var start: UInt64
    var end: UInt64
    var protection: UInt32
    /// MAP_SHARED (1) or MAP_PRIVATE (2), with the flags that are shown again: MAP_STACK, MAP_NORESERVE.
    var flags: UInt32
    var file: OpenFile?
    var fileOffset: UInt64
    var purpose: Purpose
    /// Its pages are set aside for it, touched or not (`PageBudget`).
    var isPromised = false

    enum Purpose: UInt8 {
        case ordinary
        case heap
        case stack
        /// Jumps from rewritten sites; the program does not see it in /proc/self/maps as its own.
        case stubs
    }

    var isShared: Bool { flags & 1 != 0 }
    var length: UInt64 { end - start }
    /// All but stacks, MAP_NORESERVE and what has no rights.
    func wantsPromise(with protection: UInt32) -> Bool {
        protection != 0 && purpose != .stack && flags & (Self.noReserve | Self.stack) == 0
    }

    private static let noReserve: UInt32 = 0x4000
    private static let stack: UInt32 = 0x20000

    /// The part from `address` on.
    func tail(from address: UInt64) -> Mapping {
        var part = self
        part.start = address
        if file != nil { part.fileOffset += address - start }
        return part
    }

    func head(to address: UInt64) -> Mapping {
        var part = self
        part.end = address
        return part
    }
}
