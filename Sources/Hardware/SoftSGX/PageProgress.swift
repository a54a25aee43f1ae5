/// How far a step over many pages came, as the driver's ioctls tell it.
package struct PageProgress: Equatable, Sendable {
    /// Bytes of pages that are done.
    package var bytes: UInt64 = 0
    /// The SGX code of the page that failed, 0 when an instruction gave none.
    package var result: UInt64 = 0

    package init() {}
}
