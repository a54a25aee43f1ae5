import Foundation
import Testing
import Volume

/// Volumes as released versions wrote them, which every later one reads.
///
/// `Golden/volume-1` is what `write` makes, without the empty blocks at its end.
@Suite struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// Makes the content of a golden volume: every kind of item there is.
    static func write(_ store: MemoryStore) throws {
        let volume = try Making.create(store)
        _ = try volume.make("empty")
        _ = try volume.make("text", Array("what was written stays readable\n".utf8))
        let sparse = try volume.make("sparse", [1])
        try volume.write(sparse, 100_000, [2])
        try volume.setAttribute(sparse, Array("user.kind".utf8), Array("holes".utf8), Making.now)
        let folder = try volume.create(Making.record(FileRecord.directory, mode: 0o700), in: volume.top, Array("folder".utf8))
        for number in 0..<100 {
            _ = try volume.create(Making.record(), in: folder, Array("file \(number)".utf8))
        }
        let link = Making.record(FileRecord.link, mode: 0o777)
        _ = try volume.create(link, in: volume.top, Array("link".utf8), target: Array("folder/file 7".utf8))
        try volume.link(try volume.file(named: "text")!, in: folder, Array("second name".utf8), Making.now)
        try volume.commit(freshness: 42)
    }

    private func check(_ volume: TestVolume) throws {
        #expect(volume.freshness == 42)
        let names = try volume.names(in: volume.top).map { String(decoding: $0.name, as: UTF8.self) }
        #expect(Set(names) == ["empty", "text", "sparse", "folder", "link"])
        let text = try #require(try volume.file(named: "text"))
        #expect(try volume.read(text, 0, 100) == Array("what was written stays readable\n".utf8))
        #expect(text.record.links == 2 && text.record.mode == 0o100644 && text.record.modified == Making.now)
        let sparse = try #require(try volume.file(named: "sparse"))
        #expect(sparse.record.size == 100_001 && sparse.record.blocks == 2)
        #expect(try volume.read(sparse, 99_999, 2) == [0, 2])
        #expect(try volume.attribute(sparse, Array("user.kind".utf8)) == Array("holes".utf8))
        let folder = try #require(try volume.file(named: "folder"))
        #expect(try volume.names(in: folder).count == 101)
        let link = try #require(try volume.file(named: "link"))
        #expect(try volume.linkTarget(link) == Array("folder/file 7".utf8))
    }

    @Test func aVolumeOfVersion1IsRead() throws {
        var bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: "volume-1")))
        bytes += [UInt8](repeating: 0, count: (1 << 20) - bytes.count)
        let store = MemoryStore(bytes)
        #expect(try TestVolume.inspect(store) == Making.header())
        let volume = try Making.open(store)
        try check(volume)
        _ = try volume.make("new", [1, 2, 3])
        try volume.commit()
        #expect(try Making.open(store).file(named: "new") != nil)
    }

    @Test func aVolumeOfTodayHoldsTheSame() throws {
        let store = MemoryStore()
        try Self.write(store)
        try check(try Making.open(store))
    }

    @Test func theHeaderIsTheSameByteForByte() throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: "volume-1")))
        #expect(Making.header().encoded == Array(bytes.prefix(VolumeHeader.byteCount)))
    }

    @Test func anUnknownVersionIsRefusedAsThat() throws {
        var bytes = Making.header().encoded
        bytes[12] = 2
        #expect(throws: VolumeRefusal.unknownVersion) { try VolumeHeader(decoding: bytes) }
        bytes[0] ^= 1
        #expect(throws: VolumeRefusal.notAVolume) { try VolumeHeader(decoding: bytes) }
    }
}
