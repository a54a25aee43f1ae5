import SGX

/// Adjacent pages of one kind, as they are added.
package struct PageRun: Equatable, Sendable {
    package enum Contents: Equatable, Sendable {
        /// Whole pages.
        case bytes([UInt8])
        /// One page that every page of the run is a copy of: a stack filled with a pattern, a template.
        case repeated([UInt8])
        /// Zero when measured; whatever the host put there when not.
        case zeros
    }

    /// From the enclave's base.
    package var offset: UInt64
    package var pageCount: Int
    package var secinfo: SECINFO
    package var measured: Bool
    package var contents: Contents

    /// Measured pages with contents.
    package init(offset: UInt64, bytes: [UInt8], _ secinfo: SECINFO) {
        self.offset = offset
        self.pageCount = bytes.count / 4096
        self.secinfo = secinfo
        self.measured = true
        self.contents = .bytes(bytes)
    }

    /// Copies of one page; when not measured, nothing but the host vouches for them.
    package init(offset: UInt64, repeating page: [UInt8], pages: Int, _ secinfo: SECINFO, measured: Bool) {
        self.offset = offset
        self.pageCount = pages
        self.secinfo = secinfo
        self.measured = measured
        self.contents = .repeated(page)
    }

    package init(offset: UInt64, zeroPages: Int, _ secinfo: SECINFO, measured: Bool) {
        self.offset = offset
        self.pageCount = zeroPages
        self.secinfo = secinfo
        self.measured = measured
        self.contents = .zeros
    }

    package var length: UInt64 { UInt64(pageCount) * 4096 }
}
