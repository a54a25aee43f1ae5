import CEnclave
import EnclaveRuntime

/// The buffer of one read or write: user memory, or memory of the kernel.
///
/// Every copy checks the user range anew, since the call may have waited since the last one.
struct IOBuffer {
    private enum Place {
        case user(UInt64)
        case kernel(UnsafeMutableRawPointer)
        case mapping(AddressSpace, UInt64)
    }
    private let place: Place
    let count: Int

    init(user address: UInt64, count: Int) {
        place = .user(address)
        self.count = count
    }

    init(kernel pointer: UnsafeMutableRawPointer, count: Int) {
        place = .kernel(pointer)
        self.count = count
    }

    /// Pages of a mapping that the kernel itself fills, whatever rights the program has on them.
    init(filling space: AddressSpace, at address: UInt64, count: Int) {
        place = .mapping(space, address)
        self.count = count
    }

    private func inside(_ offset: Int, _ n: Int) -> Bool { offset >= 0 && n >= 0 && offset <= count && n <= count - offset }

    /// Copies kernel bytes into the buffer.
    func copyOut(_ from: UnsafeRawPointer, _ n: Int, at offset: Int) throws(Errno) {
        guard inside(offset, n) else { throw .EFAULT }
        if n == 0 { return }
        switch place {
        case .kernel(let pointer): (pointer + offset).copyMemory(from: from, byteCount: n)
        case .user(let address):
            let memory = try userMemory()
            try memory.writable(address &+ UInt64(offset), n).copyMemory(from: from, byteCount: n)
        case .mapping(let space, let address):
            let memory = try space.userMemory()
            try memory.populated(address &+ UInt64(offset), n).copyMemory(from: from, byteCount: n)
        }
    }

    /// Copies bytes of the buffer into kernel memory.
    func copyIn(_ to: UnsafeMutableRawPointer, _ n: Int, at offset: Int) throws(Errno) {
        guard inside(offset, n) else { throw .EFAULT }
        if n == 0 { return }
        switch place {
        case .kernel(let pointer): to.copyMemory(from: pointer + offset, byteCount: n)
        case .user(let address):
            let memory = try userMemory()
            to.copyMemory(from: try memory.readable(address &+ UInt64(offset), n), byteCount: n)
        case .mapping(let space, let address):
            let memory = try space.userMemory()
            to.copyMemory(from: try memory.populated(address &+ UInt64(offset), n), byteCount: n)
        }
    }

    /// Copies what the host wrote into the call area, once.
    ///
    /// Making a page of the buffer present may take host calls of its own, which use the same area: what goes to such a page is copied
    /// inside first.
    func copyOut(from area: HostCallArea, at start: Int, _ n: Int, to offset: Int) throws(Errno) {
        guard inside(offset, n) else { throw .EFAULT }
        if n == 0 { return }
        switch place {
        case .kernel(let pointer): area.read(into: pointer + offset, count: n, at: start)
        case .user(let address) where isPresent(address, offset, n):
            let memory = try userMemory()
            area.read(into: try memory.writable(address &+ UInt64(offset), n), count: n, at: start)
        default:
            let copy = KernelBuffer(count: n)
            area.read(into: copy.bytes, count: n, at: start)
            try copyOut(copy.bytes, n, at: offset)
        }
    }

    private func isPresent(_ address: UInt64, _ offset: Int, _ n: Int) -> Bool {
        let (from, wraps) = address.addingReportingOverflow(UInt64(offset))
        let (to, wrapsAgain) = from.addingReportingOverflow(UInt64(n))
        return !wraps && !wrapsAgain && kernel.pool.allCommitted(from, to)
    }

    /// Copies bytes of the buffer into the call area, for the host to see.
    func copyIn(to area: HostCallArea, at start: Int, _ n: Int, from offset: Int) throws(Errno) {
        guard inside(offset, n) else { throw .EFAULT }
        if n == 0 { return }
        switch place {
        case .kernel(let pointer): area.write(pointer + offset, count: n, at: start)
        case .user(let address):
            let memory = try userMemory()
            area.write(try memory.readable(address &+ UInt64(offset), n), count: n, at: start)
        case .mapping(let space, let address):
            let memory = try space.userMemory()
            area.write(try memory.populated(address &+ UInt64(offset), n), count: n, at: start)
        }
    }

    func copyOut(_ bytes: Bytes, at offset: Int) throws(Errno) {
        guard !bytes.isEmpty else { return }
        try bytes.withUnsafeBufferPointer { (raw) throws(Errno) -> Void in
            try copyOut(raw.baseAddress.unsafelyUnwrapped, bytes.count, at: offset)
        }
    }

    func zero(at offset: Int, _ n: Int) throws(Errno) {
        guard inside(offset, n) else { throw .EFAULT }
        if n == 0 { return }
        switch place {
        case .kernel(let pointer): zeroMemory(pointer + offset, n)
        case .user(let address):
            let memory = try userMemory()
            zeroMemory(try memory.writable(address &+ UInt64(offset), n), n)
        case .mapping(let space, let address):
            let memory = try space.userMemory()
            zeroMemory(try memory.populated(address &+ UInt64(offset), n), n)
        }
    }

    /// A part of the buffer; cut at its end.
    func slice(from offset: Int, count n: Int) -> IOBuffer {
        let start = min(max(offset, 0), count)
        let length = min(max(n, 0), count - start)
        switch place {
        case .kernel(let pointer): return IOBuffer(kernel: pointer + start, count: length)
        case .user(let address): return IOBuffer(user: address &+ UInt64(start), count: length)
        case .mapping(let space, let address): return IOBuffer(filling: space, at: address &+ UInt64(start), count: length)
        }
    }
}

func zeroMemory(_ start: UnsafeMutableRawPointer, _ count: Int) { memset(start, 0, count) }
