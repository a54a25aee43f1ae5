/// What makes two futexes one: the address, within one address space or in memory that several share.
///
/// Shared memory has one address in the whole enclave, so that the address is enough for it.
struct FutexKey {
    /// `nil` for memory that is shared.
    let space: AddressSpace?
    let address: UInt64

    private static let highest: UInt64 = 1 << 47

    /// The key of an address the caller names.
    ///
    /// `isPrivate`: the caller vouches that nobody else has this memory. Only then the address need not be mapped.
    init(_ address: UInt64, isPrivate: Bool, _ space: AddressSpace) throws(Errno) {
        guard address & 3 == 0 else { throw .EINVAL }
        guard address < Self.highest else { throw .EFAULT }
        self.address = address
        guard !isPrivate else {
            self.space = space
            return
        }
        guard let mapping = space.mapping(at: address), mapping.protection != 0 else { throw .EFAULT }
        self.space = mapping.isShared ? nil : space
    }

    static func == (a: FutexKey, b: FutexKey) -> Bool { a.address == b.address && a.space === b.space }

    static func != (a: FutexKey, b: FutexKey) -> Bool { !(a == b) }
}
