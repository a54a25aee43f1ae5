import Volume

typealias TestVolume = EncryptedVolume<MemoryStore>

enum Making {
    static let master = [UInt8](repeating: 7, count: 32)
    static let now = FileRecord.Time(seconds: 1_700_000_000, nanoseconds: 5)
    static let limits = VolumeLimits(cachedPages: 256, nodes: 64)

    static func header() -> VolumeHeader {
        VolumeHeader(
            sealing: .mrenclave, productID: 1, securityVersion: 2, processorVersion: [UInt8](repeating: 3, count: 16),
            id: [UInt8](repeating: 4, count: 32), identity: [UInt8](repeating: 5, count: 32),
            place: [UInt8](repeating: 6, count: 32))
    }

    static func record(_ type: UInt32 = FileRecord.regular, mode: UInt32 = 0o644) -> FileRecord {
        FileRecord(mode: type | mode, uid: 0, gid: 0, time: now)
    }

    static func create(_ store: MemoryStore, limits: VolumeLimits = limits) throws -> TestVolume {
        try TestVolume.create(store, header(), master: master, limits: limits, root: record(FileRecord.directory, mode: 0o755))
    }

    static func open(_ store: MemoryStore, limits: VolumeLimits = limits) throws -> TestVolume {
        try TestVolume.open(store, header(), master: master, limits: limits)
    }
}

extension EncryptedVolume where Store == MemoryStore {
    var top: VolumeFile { get throws { try file(Self.rootNumber) } }

    func write(_ file: VolumeFile, _ offset: Int, _ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let place = offset + done
            let within = place % Block.byteCount
            let part = min(Block.byteCount - within, bytes.count - done)
            let page = try pageToChange(file, UInt64(place / Block.byteCount), whole: part == Block.byteCount)
            bytes.withUnsafeBytes { (page + within).copyMemory(from: $0.baseAddress! + done, byteCount: part) }
            done += part
            written(file, to: UInt64(offset + done), Making.now)
        }
    }

    func read(_ file: VolumeFile, _ offset: Int, _ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let end = min(offset + count, Int(file.record.size))
        while offset + bytes.count < end {
            let place = offset + bytes.count
            let within = place % Block.byteCount
            let part = min(Block.byteCount - within, end - place)
            let page = try page(file, UInt64(place / Block.byteCount))
            bytes += UnsafeRawBufferPointer(start: page + within, count: part)
        }
        return bytes
    }

    func file(named name: String) throws -> VolumeFile? {
        guard let number = try lookup(top, Array(name.utf8)) else { return nil }
        return try file(number)
    }

    func make(_ name: String, _ bytes: [UInt8] = []) throws -> VolumeFile {
        let file = try create(Making.record(), in: top, Array(name.utf8))
        try write(file, 0, bytes)
        return file
    }
}

/// A generator whose numbers a seed decides.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
