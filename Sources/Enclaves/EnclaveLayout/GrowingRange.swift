import SGX

/// A range in which pages come after EINIT, one by one, as the enclave touches and accepts them.
package struct GrowingRange: Equatable, Sendable {
    /// From the enclave's base.
    package var offset: UInt64
    package var length: UInt64
    /// The most rights a page of it may get; the enclave decides which it does.
    package var secinfo: SECINFO

    package init(offset: UInt64, length: UInt64, secinfo: SECINFO) {
        self.offset = offset
        self.length = length
        self.secinfo = secinfo
    }
}
