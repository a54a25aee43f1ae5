import CEnclave

/// Files that are mapped shared: where a call reads or changes such a file, its mappings and its bytes are brought together.
///
/// A page of the enclave has one address, so a mapping is a copy of the file's bytes. What a program wrote to it goes to the file before
/// anybody reads the file, at `msync`, and with the mapping; what calls changed of the file comes into the mapping before they return.
enum SharedFiles {
    /// Files that the call under way changed.
    nonisolated(unsafe) private static var changed: [Node] = []

    /// BLOCKS.
    static func willRead(_ node: Node) throws(Errno) {
        if node.sharedMappings > 0 { try writeBack(node) }
    }

    /// BLOCKS.
    static func willChange(_ node: Node) throws(Errno) {
        guard node.sharedMappings > 0 else { return }
        try writeBack(node)
        if !changed.contains(where: { $0 === node }) { changed.append(node) }
        KernelWork.note()
    }

    static var hasChanges: Bool { !changed.isEmpty }

    /// At the end of every call.
    ///
    /// BLOCKS.
    static func refresh() {
        while let node = changed.popLast() {
            for process in kernel.processList { refresh(node, process.addressSpace) }
        }
    }

    private static func writeBack(_ node: Node) throws(Errno) {
        for process in kernel.processList { try process.addressSpace.writeBack(0, UInt64.max, of: node) }
    }

    private static func refresh(_ node: Node, _ space: AddressSpace) {
        for mapping in space.sharedMappings(0, UInt64.max, of: node) {
            do throws(Errno) { try refresh(mapping, try mapping.file?.status().size ?? 0, space) } catch { continue }
        }
    }

    private static func refresh(_ mapping: Mapping, _ size: UInt64, _ space: AddressSpace) throws(Errno) {
        guard let mapped = mapping.mapped else { return }
        let buffer = PageBuffer()
        var pages: [UInt64] = []
        space.pool.forEachCommitted(mapping.start, mapping.end) { pages.append($0) }
        let whole = (size + 4095) & ~4095
        for page in pages {
            let offset = mapping.offset(of: page)
            if offset >= whole { continue }
            try buffer.read(mapped.file, offset)
            guard space.mapping(at: page)?.mapped === mapped, space.pool.isCommitted(page) else { continue }
            buffer.replace(page, space)
        }
        let end = whole > mapping.fileOffset ? mapping.start + min(mapping.length, whole - mapping.fileOffset) : mapping.start
        if end < mapping.end { space.forgetBehind(end, mapping.end) }
    }
}

/// A page of a file on the way to or from a mapping.
struct PageBuffer: ~Copyable {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)

    deinit { bytes.deallocate() }

    /// The file's bytes, and zeros behind its end; how many there were.
    ///
    /// BLOCKS.
    @discardableResult
    borrowing func read(_ file: OpenFile, _ offset: UInt64) throws(Errno) -> Int {
        var done = 0
        while done < 4096 {
            let n = try file.readAt(offset + UInt64(done), IOBuffer(kernel: bytes + done, count: 4096 - done))
            if n <= 0 { break }
            done += n
        }
        zeroMemory(bytes + done, 4096 - done)
        return done
    }

    borrowing func differs(from page: UInt64, _ count: Int) -> Bool {
        guard let place = UnsafeRawPointer(bitPattern: UInt(page)) else { return false }
        return memcmp(bytes, place, count) != 0
    }

    /// Puts the bytes into a committed page, where they are others.
    borrowing func replace(_ page: UInt64, _ space: AddressSpace) {
        space.pool.allow(page, page + 4096, Protection.read)
        guard differs(from: page, 4096), let place = UnsafeMutableRawPointer(bitPattern: UInt(page)) else { return }
        space.pool.allow(page, page + 4096, Protection.write)
        place.copyMemory(from: bytes, byteCount: 4096)
    }

    /// Takes what a program wrote to a page; false when it is what the file has.
    borrowing func take(_ page: UInt64, _ count: Int, _ space: AddressSpace) -> Bool {
        space.pool.allow(page, page + 4096, Protection.read)
        guard differs(from: page, count), let place = UnsafeRawPointer(bitPattern: UInt(page)) else { return false }
        bytes.copyMemory(from: place, byteCount: count)
        return true
    }
}
