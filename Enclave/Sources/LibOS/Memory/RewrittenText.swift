import CEnclave
import Wire

/// The system-call and CPUID sites of one mapping of a verified file, and the stubs they jump to.
///
/// A site is patched only where the mapped, verified bytes have the pattern its kind names. Each has a stub in a pool near the mapping: the
/// displaced instructions and a jump to the LibOS, with the return address in RCX (RDX for CPUID), so that nothing is ever written to the
/// program's stack. A site that is not patched traps and is served the same way. Pages are patched as they come, in any order, always to
/// the same bytes.
final class RewrittenText {
    private static let stubSize: UInt64 = 48
    private static let longestSite: UInt64 = 24

    private let sites: [IndexSite]
    /// Bytes of the sites that do not lie within one page, by their number.
    private var straddling: [(site: Int, code: Bytes)] = []
    /// Where offset 0 of the file would be.
    private let origin: UInt64
    private let end: UInt64
    private let pool: UInt64
    let poolEnd: UInt64

    var poolStart: UInt64 { pool }

    /// `nil` where the mapping has no sites or there is no room for stubs.
    ///
    /// BLOCKS.
    static func make(_ mapping: Mapping, _ space: AddressSpace) -> RewrittenText? {
        guard let image = mapping.mapped?.source, mapping.fileOffset < UInt64(UInt32.max) else { return nil }
        let last = min(mapping.fileOffset + mapping.length, UInt64(UInt32.max))
        var sites: [IndexSite]
        do throws(Errno) { sites = try image.sites(from: UInt32(mapping.fileOffset), to: UInt32(last)) } catch { return nil }
        // Without rewriting system calls trap. CPUID is rewritten all the same: a software CPU cannot make it trap, and a program that saw
        // more of the machine than XFRM covers would lose registers.
        if !kernel.rewriting { sites.removeAll { $0.kind != .cpuidBefore && $0.kind != .cpuidAfter } }
        sites.removeAll { !isSound($0, from: mapping.fileOffset, to: last) }
        guard !sites.isEmpty else { return nil }
        let length = (UInt64(sites.count) * stubSize + 16 + 4095) & ~4095
        guard let pool = stubPool(length, near: mapping, space) else { return nil }
        return RewrittenText(sites, mapping, pool: pool, length: length)
    }

    private init(_ sites: [IndexSite], _ mapping: Mapping, pool: UInt64, length: UInt64) {
        self.sites = sites
        origin = mapping.start &- mapping.fileOffset
        end = mapping.end
        self.pool = pool
        poolEnd = pool + length
        for index in sites.indices where sites[index].offset & 4095 + UInt32(sites[index].length) > 4096 {
            let code = UnsafeMutableRawPointer.allocate(byteCount: 32, alignment: 16)
            defer { code.deallocate() }
            let length = Int(sites[index].length)
            do throws(Errno) {
                guard let n = try mapping.file?.readAt(UInt64(sites[index].offset), IOBuffer(kernel: code, count: length)),
                    n == length
                else { continue }
            } catch { continue }
            straddling.append((index, Bytes(UnsafeRawBufferPointer(start: code, count: length))))
        }
    }

    private static func isSound(_ site: IndexSite, from: UInt64, to: UInt64) -> Bool {
        let at = Int(site.instructionOffset)
        return site.length >= 5 && UInt64(site.length) <= longestSite && at + 2 <= Int(site.length) && UInt64(site.offset) >= from
            && UInt64(site.offset) + UInt64(site.length) <= to
    }

    /// Memory for stubs within the reach of a 32-bit jump from everywhere in the mapping.
    private static func stubPool(_ length: UInt64, near mapping: Mapping, _ space: AddressSpace) -> UInt64? {
        guard let start = space.gap(length, below: mapping.start) ?? space.gap(length) else { return nil }
        let distance = start > mapping.start ? start + length - mapping.start : mapping.end - start
        guard distance < 0x7fff_0000 else { return nil }
        let rights = Protection.read | Protection.execute
        do throws(Errno) {
            try space.insert(Mapping(start: start, end: start + length, protection: rights, flags: 2, purpose: .stubs))
        } catch { return nil }
        return start
    }

    // MARK: Patching

    private func firstSite(endingAbove offset: UInt64) -> Int {
        var low = 0
        var high = sites.count
        while low < high {
            let middle = (low + high) / 2
            if UInt64(sites[middle].offset) + UInt64(sites[middle].length) > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func hasSites(_ address: UInt64, _ length: UInt64) -> Bool {
        let offset = address &- origin
        let index = firstSite(endingAbove: offset)
        return index < sites.count && UInt64(sites[index].offset) < offset + length
    }

    /// Patches a page that is to be mapped at `address`; `bytes` are the file's.
    func patch(_ bytes: UnsafeMutablePointer<UInt8>, pageAt address: UInt64, _ space: AddressSpace) {
        let offset = address &- origin
        var index = firstSite(endingAbove: offset)
        while index < sites.count, UInt64(sites[index].offset) < offset + PagePool.pageSize {
            let site = sites[index]
            let within = Int(UInt64(site.offset)) - Int(offset)
            if within >= 0, within + Int(site.length) <= Int(PagePool.pageSize) {
                patch(index, bytes + within, space)
            } else {
                patchStraddling(index, bytes, within, space)
            }
            index += 1
        }
    }

    private func patchStraddling(_ index: Int, _ page: UnsafeMutablePointer<UInt8>, _ within: Int, _ space: AddressSpace) {
        guard let found = straddling.firstIndex(where: { $0.site == index }) else { return }
        var code = straddling[found].code
        // A program that wrote there meanwhile keeps what it wrote.
        for at in code.indices where within + at >= 0 && within + at < Int(PagePool.pageSize) {
            guard page[within + at] == code[at] else { return }
        }
        code.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            patch(index, start, space)
            for at in 0..<buffer.count where within + at >= 0 && within + at < Int(PagePool.pageSize) {
                page[within + at] = start[at]
            }
        }
    }

    /// Patches the pages that are there already; other threads may not execute them yet.
    func patchInPlace(_ from: UInt64, _ to: UInt64, _ space: AddressSpace) {
        var at = from
        while at < to {
            let page = at
            at += PagePool.pageSize
            guard space.pool.isCommitted(page), hasSites(page, PagePool.pageSize) else { continue }
            space.pool.allow(page, at, Protection.write)
            guard let bytes = UnsafeMutablePointer<UInt8>(bitPattern: UInt(page)) else { continue }
            patch(bytes, pageAt: page, space)
        }
    }

    /// `code`: the site's bytes, wherever they stand; the jump is that from its place in the mapping.
    private func patch(_ index: Int, _ code: UnsafeMutablePointer<UInt8>, _ space: AddressSpace) {
        let site = sites[index]
        let length = Int(site.length)
        let at = Int(site.instructionOffset)
        let isCPUID = site.kind == .cpuidBefore || site.kind == .cpuidAfter
        guard code[at] == 0x0f, code[at + 1] == (isCPUID ? 0xa2 : 0x05) else { return }
        guard UnsafeRawPointer(code).loadUnaligned(as: UInt32.self) == site.expected else { return }
        if site.kind == .systemCallAfterMove { guard code[0] == 0xb8, at == 5, length == 7 else { return } }
        let address = origin &+ UInt64(site.offset)
        let stub = pool + 16 + UInt64(index) * Self.stubSize
        guard var writer = StubWriter(at: stub, count: Int(Self.stubSize), pool: pool, space) else { return }
        // What stands before the instruction runs before it, what stands behind runs after it; both were found to be movable.
        writer.write(code: code, before: at, after: at + 2, length: length, back: address + UInt64(length), cpuid: isCPUID)
        // The move form keeps its `0f 05`: a jump straight to it still traps. Elsewhere nothing jumps into the middle.
        let jump = Int64(bitPattern: stub) - Int64(bitPattern: address + 5)
        code[0] = 0xe9
        UnsafeMutableRawPointer(code + 1).storeBytes(of: Int32(truncatingIfNeeded: jump), as: Int32.self)
        if site.kind != .systemCallAfterMove { for index in 5..<length { code[index] = 0xcc } }
    }
}
