import Testing
import Volume

/// A host that changes what it was given to keep.
@Suite struct HostileStoreTests {
    private func filled() throws -> (store: MemoryStore, volume: TestVolume) {
        let store = MemoryStore()
        let volume = try Making.create(store)
        for number in 0..<30 { _ = try volume.make("file-\(number)", [UInt8](repeating: UInt8(number), count: 9000)) }
        try volume.commit()
        return (store, volume)
    }

    /// Reads everything; false where something was refused, and never anything but the right bytes.
    private func readsAll(_ store: MemoryStore) throws -> Bool {
        do {
            let volume = try Making.open(store)
            // A commit whose blocks are not there counts as one that the power failed in, and says so.
            if volume.lostCommit { return false }
            for number in 0..<30 {
                guard let file = try volume.file(named: "file-\(number)") else { return false }
                #expect(try volume.read(file, 0, 10000) == [UInt8](repeating: UInt8(number), count: 9000))
            }
            return true
        } catch is VolumeRefusal { return false } catch is VolumeError { return false }
    }

    @Test func aChangedBitIsNeverTakenForData() throws {
        let (store, volume) = try filled()
        var numbers = SeededNumbers(5)
        let used = Int(volume.usedBlocks) * Block.byteCount
        var refused = 0
        for _ in 0..<300 {
            var bytes = store.bytes
            bytes[Int.random(in: 2 * Block.byteCount..<used, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            if !(try readsAll(MemoryStore(bytes))) { refused += 1 }
        }
        #expect(refused > 200)
    }

    @Test func swappedBlocksAreRefused() throws {
        let (store, volume) = try filled()
        var numbers = SeededNumbers(6)
        for _ in 0..<100 {
            var bytes = store.bytes
            let one = Int.random(in: 2..<Int(volume.usedBlocks), using: &numbers) * Block.byteCount
            let two = Int.random(in: 2..<Int(volume.usedBlocks), using: &numbers) * Block.byteCount
            let held = bytes[one..<one + Block.byteCount]
            bytes.replaceSubrange(one..<one + Block.byteCount, with: bytes[two..<two + Block.byteCount])
            bytes.replaceSubrange(two..<two + Block.byteCount, with: held)
            _ = try readsAll(MemoryStore(bytes))
        }
    }

    @Test func anOldBlockBeneathANewTreeIsRefused() throws {
        let (store, volume) = try filled()
        let old = store.bytes
        let file = try #require(try volume.file(named: "file-3"))
        try volume.write(file, 0, [UInt8](repeating: 200, count: 9000))
        try volume.commit()
        let new = store.bytes
        for block in 2..<old.count / Block.byteCount {
            let range = block * Block.byteCount..<(block + 1) * Block.byteCount
            guard old[range] != new[range] else { continue }
            var bytes = new
            bytes.replaceSubrange(range, with: old[range])
            do {
                let volume = try Making.open(MemoryStore(bytes))
                if volume.lostCommit { continue }
                let file = try #require(try volume.file(named: "file-3"))
                #expect(try volume.read(file, 0, 9000) == [UInt8](repeating: 200, count: 9000))
            } catch is VolumeRefusal {} catch is VolumeError {}
        }
    }

    @Test func aVolumeThatIsOpenDoesNotGoBackToAnOldCopy() throws {
        let (store, volume) = try filled()
        let old = store.bytes
        for number in 0..<30 {
            try volume.write(try #require(try volume.file(named: "file-\(number)")), 0, [UInt8](repeating: 99, count: 9000))
        }
        try volume.commit()
        store.replace(with: old + [UInt8](repeating: 0, count: store.bytes.count - old.count))
        // What is cached may be used; what is read again is refused, and nothing old is shown.
        for number in 0..<30 {
            do {
                let file = try #require(try volume.file(named: "file-\(number)"))
                #expect(try volume.read(file, 0, 9000) == [UInt8](repeating: 99, count: 9000))
            } catch is VolumeError {}
        }
    }

    @Test func aTornOrEmptySuperblockLeavesTheOtherOne() throws {
        let (store, volume) = try filled()
        // Both superblocks hold all files now.
        try volume.commit(freshness: 1)
        for slot in 0..<2 {
            var bytes = store.bytes
            bytes.replaceSubrange(slot * 4096..<slot * 4096 + 4096, with: [UInt8](repeating: 0xcc, count: 4096))
            #expect(try readsAll(MemoryStore(bytes)))
        }
        var bytes = store.bytes
        bytes.replaceSubrange(0..<8192, with: [UInt8](repeating: 0xcc, count: 8192))
        #expect(throws: VolumeRefusal.notAVolume) { try TestVolume.inspect(MemoryStore(bytes)) }
        #expect(throws: VolumeRefusal.notAuthentic) { try Making.open(MemoryStore(bytes)) }
    }

    @Test func aWrongKeyOrHeaderIsRefused() throws {
        let (store, _) = try filled()
        #expect(throws: VolumeRefusal.notAuthentic) {
            try TestVolume.open(store, Making.header(), master: [UInt8](repeating: 8, count: 32), limits: Making.limits)
        }
        var header = Making.header()
        header.place[0] ^= 1
        #expect(throws: VolumeRefusal.notAuthentic) {
            try TestVolume.open(store, header, master: Making.master, limits: Making.limits)
        }
    }

    @Test func aShortenedVolumeIsRefused() throws {
        let (store, _) = try filled()
        for blocks in [0, 1, 2, 5, store.bytes.count / Block.byteCount - 1] {
            #expect(try !readsAll(MemoryStore(Array(store.bytes.prefix(blocks * Block.byteCount)))))
        }
    }

    @Test func aDamagedFileLeavesTheOthersReadable() throws {
        let (store, volume) = try filled()
        // So that what is damaged is not taken for a commit that did not arrive.
        _ = try volume.make("last")
        try volume.commit()
        var damaged = 0
        for block in 2..<store.bytes.count / Block.byteCount {
            var bytes = store.bytes
            bytes[block * Block.byteCount + 100] ^= 1
            guard let volume = try? Making.open(MemoryStore(bytes)) else { continue }
            var bad = 0
            for number in 0..<30 {
                do {
                    guard let file = try volume.file(named: "file-\(number)") else { continue }
                    _ = try volume.read(file, 0, 9000)
                } catch { bad += 1 }
            }
            if bad == 1 { damaged += 1 }
        }
        #expect(damaged > 50)
    }

    @Test func nothingGoesBackBehindACommitOfTheCounter() throws {
        let (store, volume) = try filled()
        let old = store.bytes
        _ = try volume.make("last")
        try volume.commit(freshness: 2)
        for block in 2..<old.count / Block.byteCount {
            let range = block * Block.byteCount..<(block + 1) * Block.byteCount
            guard old[range] != store.bytes[range] else { continue }
            var bytes = store.bytes
            bytes.replaceSubrange(range, with: old[range])
            do {
                let found = try Making.open(MemoryStore(bytes))
                #expect(!found.lostCommit && found.freshness == 2)
            } catch is VolumeRefusal {}
        }
    }
}
