import Testing
import Volume

@Suite struct VolumeTests {
    @Test func filesAreThereWhenAVolumeIsOpenedAgain() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        _ = try volume.make("a", bytes)
        try volume.commit()
        let again = try Making.open(store)
        let file = try #require(try again.file(named: "a"))
        #expect(file.record.size == 100_000)
        #expect(try again.read(file, 0, 200_000) == bytes)
        #expect(try again.file(named: "b") == nil)
    }

    @Test func whatWasNotCommittedIsNotThere() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        _ = try volume.make("a", [1])
        #expect(try Making.open(store).file(named: "a") == nil)
    }

    @Test func manyNamesAreFoundListedAndRemoved() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        for number in 0..<3000 { _ = try volume.make("file-\(number)") }
        try volume.commit()
        let again = try Making.open(store)
        #expect(try again.names(in: again.top).count == 3000)
        for number in 0..<3000 where number % 3 != 0 {
            try again.remove(Array("file-\(number)".utf8), from: again.top, Making.now)
        }
        try again.commit()
        let third = try Making.open(store)
        #expect(
            Set(try third.names(in: third.top).map { String(decoding: $0.name, as: UTF8.self) })
                == Set((0..<1000).map { "file-\($0 * 3)" }))
    }

    @Test func spaceComesBackWhenFilesGo() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let before = volume.usedBlocks
        for round in 0..<20 {
            _ = try volume.make("big", [UInt8](repeating: 1, count: 400_000))
            try volume.commit()
            try volume.remove(Array("big".utf8), from: volume.top, Making.now)
            try volume.commit()
            if round == 0 { continue }
            #expect(volume.usedBlocks <= before + 3)
        }
        #expect(store.blockCount <= 1024)
    }

    @Test func aFullVolumeRefusesAndStillRemoves() throws {
        let store = MemoryStore()
        store.mostBlocks = 600
        let volume = try Making.create(store)
        let file = try volume.make("big")
        #expect(throws: VolumeError.noSpace) {
            for block in 0..<1000 { try volume.write(file, block * 4096, [UInt8](repeating: 9, count: 4096)) }
        }
        try volume.commit()
        try volume.remove(Array("big".utf8), from: volume.top, Making.now)
        try volume.commit()
        _ = try volume.make("small", [1, 2, 3])
        try volume.commit()
        let again = try Making.open(store)
        #expect(try again.names(in: again.top).count == 1)
    }

    @Test func holesReadAsZerosAndTakeNoBlocks() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let file = try volume.make("sparse")
        try volume.write(file, 10 << 20, [1, 2, 3])
        try volume.commit()
        #expect(file.record.blocks == 1)
        #expect(try volume.read(file, 5 << 20, 4) == [0, 0, 0, 0])
        #expect(try volume.next(file, 0, hole: false) == 10 << 20)
        #expect(try volume.next(file, 0, hole: true) == 0)
        #expect(try volume.next(file, 10 << 20, hole: true) == (10 << 20) + 3)
        try volume.punch(file, from: 10 << 20, to: (10 << 20) + 2, Making.now)
        #expect(try volume.read(file, 10 << 20, 3) == [0, 0, 3])
    }

    @Test func fillingHolesKeepsWhatIsStoredMeanwhile() throws {
        let volume = try Making.create(MemoryStore())
        let pages = Making.limits.cachedPages
        let other = try volume.make("other", [UInt8](repeating: 1, count: 2 * pages * Block.byteCount))
        let file = try volume.make("a")
        try volume.commit()
        // From here on there is room, so that nothing is stored before it must be.
        try volume.makeRoom(pages: 4 * pages)
        let bytes = [UInt8](repeating: 5, count: Block.byteCount)
        try volume.write(file, 2 * Block.byteCount, bytes)
        for block in 1..<pages / 2 { try volume.write(file, (100 + block) * Block.byteCount, bytes) }
        // All else in the cache is clean now and newer than the block.
        _ = try volume.read(other, 0, 2 * pages * Block.byteCount)
        #expect(volume.dirtyPages == pages / 2)
        // The first hole has all pages stored, and takes the place of the oldest one.
        try volume.fill(file, from: 0, to: 3)
        #expect(try volume.read(file, 0, 2 * Block.byteCount) == [UInt8](repeating: 0, count: 2 * Block.byteCount))
        #expect(try volume.read(file, 2 * Block.byteCount, Block.byteCount) == bytes)
    }

    @Test func whatWasCutOffDoesNotComeBack() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let file = try volume.make("a", [UInt8](repeating: 5, count: 10000))
        try volume.commit()
        try volume.truncate(file, to: 4097, Making.now)
        try volume.truncate(file, to: 10000, Making.now)
        try volume.commit()
        let again = try Making.open(store)
        let read = try again.read(try #require(try again.file(named: "a")), 0, 10000)
        #expect(read == [UInt8](repeating: 5, count: 4097) + [UInt8](repeating: 0, count: 5903))
    }

    @Test func aFileWithoutNamesStaysWhileItIsHeld() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let file = try volume.make("a", [1, 2, 3])
        volume.hold(file)
        try volume.remove(Array("a".utf8), from: volume.top, Making.now)
        try volume.commit()
        #expect(try volume.read(file, 0, 3) == [1, 2, 3])
        let used = try Making.open(MemoryStore(store.bytes)).usedBlocks
        #expect(used < volume.usedBlocks)
        try volume.release(file)
        try volume.commit()
        #expect(try Making.open(store).usedBlocks <= volume.usedBlocks)
    }

    @Test func renamingReplacesAtOnce() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        _ = try volume.make("old", [1])
        _ = try volume.make("new", [2])
        try volume.rename(Array("old".utf8), from: volume.top, to: volume.top, Array("new".utf8), Making.now)
        try volume.commit()
        let again = try Making.open(store)
        #expect(try again.names(in: again.top).count == 1)
        #expect(try again.read(try #require(try again.file(named: "new")), 0, 9) == [1])
    }

    @Test func aRemovedDirectoryTakesNoNames() throws {
        let volume = try Making.create(MemoryStore())
        let directory = try volume.create(Making.record(FileRecord.directory, mode: 0o755), in: volume.top, Array("d".utf8))
        let file = try volume.make("f", [1])
        volume.hold(directory)
        try volume.remove(Array("d".utf8), from: volume.top, Making.now)
        let name = Array("g".utf8)
        #expect(throws: VolumeError.notFound) { _ = try volume.create(Making.record(), in: directory, name) }
        #expect(throws: VolumeError.notFound) { try volume.link(file, in: directory, name, Making.now) }
        #expect(throws: VolumeError.notFound) {
            try volume.rename(Array("f".utf8), from: volume.top, to: directory, name, Making.now)
        }
        #expect(try volume.file(named: "f")?.number == file.number)
        try volume.release(directory)
    }

    @Test func linksAndAttributesLast() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let file = try volume.make("a", [1])
        try volume.link(file, in: volume.top, Array("b".utf8), Making.now)
        try volume.setAttribute(file, Array("user.x".utf8), Array("value".utf8), Making.now)
        let target = [UInt8](repeating: 0x61, count: 4000)
        _ = try volume.create(Making.record(FileRecord.link), in: volume.top, Array("link".utf8), target: target)
        try volume.commit()
        let again = try Making.open(store)
        let found = try #require(try again.file(named: "b"))
        #expect(found.record.links == 2)
        #expect(try again.attribute(found, Array("user.x".utf8)) == Array("value".utf8))
        #expect(try again.attributeNames(found) == [Array("user.x".utf8)])
        #expect(try again.linkTarget(try #require(try again.file(named: "link"))) == target)
    }
}
