/// The right to touch user memory: the address space is resident and the caller holds its group's baton.
///
/// Noncopyable and never stored: it lives for one copy, during which nothing waits. Whoever wakes a thread,
/// completes a call for it or sends it a signal has no such token and therefore cannot write to its memory.
struct UserMemory: ~Copyable {
    private let space: AddressSpace

    fileprivate init(_ space: AddressSpace) { self.space = space }

    /// The place to read `count` bytes from; EFAULT unless all of it is mapped and readable.
    borrowing func readable(_ address: UInt64, _ count: Int) throws(Errno) -> UnsafeRawPointer {
        guard space.allows(address, count, Protection.read) else { throw .EFAULT }
        try space.makePresent(address, count, writing: false)
        return UnsafeRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    }

    borrowing func writable(_ address: UInt64, _ count: Int) throws(Errno) -> UnsafeMutableRawPointer {
        guard space.allows(address, count, Protection.write) else { throw .EFAULT }
        try space.makePresent(address, count)
        return UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    }

    /// The place to write what the kernel itself puts into a mapping (program text, a page of a file), whatever its rights.
    borrowing func populated(_ address: UInt64, _ count: Int) throws(Errno) -> UnsafeMutableRawPointer {
        if space.pool.isDynamic {
            guard space.allows(address, count, Protection.read) else { throw .EFAULT }
            try space.makePresent(address, count)
        }
        guard space.isCommitted(address, count) else { throw .EFAULT }
        return UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
    }
}

extension AddressSpace {
    /// The token for this address space, for one copy; EFAULT while another one is resident in its place.
    ///
    /// It must not be kept across anything that waits: with a second address space this is where one is made to wait for its turn.
    func userMemory() throws(Errno) -> UserMemory {
        guard isResident else { throw .EFAULT }
        return UserMemory(self)
    }
}

/// The token for the calling thread's own memory.
func userMemory() throws(Errno) -> UserMemory { try currentThread.process.addressSpace.userMemory() }

func userLoad<T: BitwiseCopyable>(_ address: UInt64, as type: T.Type) throws(Errno) -> T {
    let memory = try userMemory()
    return try memory.readable(address, MemoryLayout<T>.size).loadUnaligned(as: T.self)
}

func userStore<T: BitwiseCopyable>(_ value: T, to address: UInt64) throws(Errno) {
    let memory = try userMemory()
    try memory.writable(address, MemoryLayout<T>.size).storeBytes(of: value, as: T.self)
}

func userBytes(_ address: UInt64, _ count: Int) throws(Errno) -> Bytes {
    if count == 0 { return [] }
    guard count > 0 else { throw .EINVAL }
    let memory = try userMemory()
    return Bytes(UnsafeRawBufferPointer(start: try memory.readable(address, count), count: count))
}

func userStoreBytes(_ bytes: Bytes, to address: UInt64) throws(Errno) {
    if bytes.isEmpty { return }
    let memory = try userMemory()
    let place = try memory.writable(address, bytes.count)
    bytes.withUnsafeBytes { place.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: bytes.count) }
}

/// A NUL-terminated string, without the NUL; `tooLong` when there is none within `limit` bytes.
func userString(_ address: UInt64, limit: Int, tooLong: Errno) throws(Errno) -> Bytes {
    let memory = try userMemory()
    var result: Bytes = []
    var at = address
    while result.count < limit {
        // Up to the end of the page: the next one may not be mapped.
        let part = min(4096 - Int(at & 4095), limit - result.count)
        let place = UnsafeRawBufferPointer(start: try memory.readable(at, part), count: part)
        var length = 0
        while length < part, place[length] != 0 { length += 1 }
        let piece = UnsafeRawBufferPointer(rebasing: place[..<length])
        // One array of the right size where the string lies in one page, as nearly all do.
        if result.isEmpty { result = Bytes(piece) } else { result.append(contentsOf: piece) }
        if length < part { return result }
        at += UInt64(part)
    }
    throw tooLong
}

func userPath(_ address: UInt64) throws(Errno) -> Bytes { try userString(address, limit: 4096, tooLong: .ENAMETOOLONG) }
