import EnclaveCrypto
import SGX

/// The segments of an enclave of the Linux SGX selftest, as its own loader lays them out (`load.c`).
struct SelftestImage {
    struct Segment {
        var offset, size: Int
        var flags: SECINFO.Flags
        var measured: Bool
        var content: [UInt8]
    }

    var segments: [Segment] = []

    /// The ELF's loadable segments (the first becomes the TCS), then a heap that is not measured.
    init(elf: [UInt8], heap: Int) {
        let table = SelftestImage.integer(elf, 32, 8)
        let count = SelftestImage.integer(elf, 56, 2)
        var base: Int?
        for index in 0..<count {
            let header = table + index * 56
            guard SelftestImage.integer(elf, header, 4) == 1 else { continue }
            let fileOffset = SelftestImage.integer(elf, header + 8, 8) & ~4095
            let size = (SelftestImage.integer(elf, header + 32, 8) + 4095) & ~4095
            let isFirst = base == nil
            base = base ?? fileOffset
            var content = [UInt8](elf[min(fileOffset, elf.count)..<min(fileOffset + size, elf.count)])
            content.append(contentsOf: [UInt8](repeating: 0, count: size - content.count))
            segments.append(
                Segment(
                    offset: fileOffset - (base ?? 0), size: size,
                    flags: isFirst ? SECINFO.tcs.flags : SelftestImage.flags(SelftestImage.integer(elf, header + 4, 4)),
                    measured: true, content: content))
        }
        let end = segments.last.map { $0.offset + $0.size } ?? 0
        segments.append(
            Segment(
                offset: end, size: heap, flags: SECINFO(.regular, [.read, .write]).flags, measured: false, content: []))
    }

    func measure(size: UInt64, ssaFrameSize: UInt32) throws -> Digest {
        var measurement = Measurement.ecreate(ssaFrameSize: ssaFrameSize, size: size)
        for segment in segments {
            guard segment.measured else {
                measurement.addPages(offset: UInt64(segment.offset), count: segment.size / 4096, flags: segment.flags)
                continue
            }
            for start in stride(from: 0, to: segment.size, by: 4096) {
                try segment.content[start..<start + 4096].withUnsafeBytes { page in
                    try measurement.addMeasuredPage(
                        offset: UInt64(segment.offset + start), flags: segment.flags, page: page)
                }
            }
        }
        return measurement.finalize()
    }

    private static func flags(_ elfFlags: Int) -> SECINFO.Flags {
        var rights: SECINFO.Flags = []
        if elfFlags & 4 != 0 { rights.insert(.read) }
        if elfFlags & 2 != 0 { rights.insert(.write) }
        if elfFlags & 1 != 0 { rights.insert(.execute) }
        return SECINFO(.regular, rights).flags
    }

    private static func integer(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }
}
