/// How much a file may ask for, whatever its own counts say.
package struct ImageLimits: Sendable {
    /// Of ELRANGE, in bytes.
    package var addressSpace: UInt64 = 1 << 46
    /// Added pages; a page that is not measured costs 64 hashed bytes and no memory.
    package var pages: UInt64 = 1 << 26
    /// Pages with EEXTEND: 5184 hashed bytes each, even where they are zero.
    package var measuredPages: UInt64 = 1 << 22
    /// Runs of adjacent pages, which bounds what groups of a layout can repeat.
    package var runs: UInt64 = 1 << 16
    /// Bytes of contents that are held at a time.
    package var contentBytes: UInt64 = 1 << 30

    package init() {}
}
