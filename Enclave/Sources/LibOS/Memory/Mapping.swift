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
    /// MAP_SHARED (1) or MAP_PRIVATE (2), with the flags that are shown again: MAP_GROWSDOWN, MAP_STACK, MAP_NORESERVE.
    var flags: UInt32
    var mapped: MappedFile?
    var fileOffset: UInt64
    var purpose: Purpose
    /// Its pages are set aside for it, touched or not (`PageBudget`).
    var isPromised = false
    /// How many `mmap`s of a shared file got this memory.
    var views: UInt32 = 1

    enum Purpose: UInt8 {
        case ordinary
        case heap
        case stack
        /// Jumps from rewritten sites; the program does not see it in /proc/self/maps as its own.
        case stubs
        /// What the vDSO reads, and the vDSO.
        case clocks
        case clockCode
    }

    init(
        start: UInt64, end: UInt64, protection: UInt32, flags: UInt32, file: MappedFile? = nil, fileOffset: UInt64 = 0,
        purpose: Purpose = .ordinary
    ) {
        self.start = start
        self.end = end
        self.protection = protection
        self.flags = flags
        mapped = file
        self.fileOffset = fileOffset
        self.purpose = purpose
    }

    var file: OpenFile? { mapped?.file }
    var isShared: Bool { flags & 1 != 0 }
    var length: UInt64 { end - start }

    /// All that can be written but stacks and MAP_NORESERVE: the rest counts page by page.
    func wantsPromise(with protection: UInt32) -> Bool {
        protection & Protection.write != 0 && purpose != .stack && flags & (Self.noReserve | Self.stack) == 0
    }

    /// The same for what was mapped before and gets rights now: allocators reserve with MAP_NORESERVE and take from it with `mprotect`,
    /// which is where they want to hear that memory is used up.
    func wantsPromise(afterChangeTo protection: UInt32) -> Bool {
        protection & Protection.write != 0 && purpose != .stack && flags & Self.stack == 0
    }

    static let growsDown: UInt32 = 0x100
    static let noReserve: UInt32 = 0x4000
    static let stack: UInt32 = 0x20000

    /// The part from `address` on.
    func tail(from address: UInt64) -> Mapping {
        var part = self
        part.start = address
        if mapped != nil { part.fileOffset += address - start }
        return part
    }

    func head(to address: UInt64) -> Mapping {
        var part = self
        part.end = address
        return part
    }

    /// The part within a range that it has bytes in.
    func part(_ from: UInt64, _ to: UInt64) -> Mapping {
        let front = end > to ? head(to: to) : self
        return front.start < from ? front.tail(from: from) : front
    }

    /// Where in its file the byte at an address comes from.
    func offset(of address: UInt64) -> UInt64 { fileOffset + (address - start) }

    /// Whether nothing tells it apart from the mapping that follows it.
    func continues(as next: Mapping) -> Bool {
        guard end == next.start, protection == next.protection, flags == next.flags, purpose == next.purpose,
            isPromised == next.isPromised, views == next.views
        else { return false }
        guard let mapped else { return next.mapped == nil }
        return mapped === next.mapped && fileOffset + length == next.fileOffset
    }
}
