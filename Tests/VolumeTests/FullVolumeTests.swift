import Testing

@testable import Volume

/// Volumes without a free block: what is in them stays right, and less can always be stored.
@Suite struct FullVolumeTests {
    private static let most: UInt32 = 600
    private static let block = [UInt8](repeating: 9, count: Block.byteCount)

    private func volume(_ store: MemoryStore) throws -> TestVolume {
        store.mostBlocks = Self.most
        return try Making.create(store)
    }

    /// Appends blocks until there is no room; how many were written.
    private func fill(_ volume: TestVolume, _ file: VolumeFile) throws -> Int {
        var count = Int(file.record.size) / Block.byteCount
        do {
            while true {
                try volume.write(file, count * Block.byteCount, Self.block)
                count += 1
            }
        } catch VolumeError.noSpace { return count }
    }

    @Test func aFullVolumeCanBeCutToAnySize() throws {
        let store = MemoryStore()
        let volume = try volume(store)
        let file = try volume.make("big")
        let count = try fill(volume, file)
        try volume.commit()
        for index in 1...count {
            let size = (count - index) * Block.byteCount + 1 + index % 4095
            try volume.truncate(file, to: UInt64(size), Making.now)
            if index % 7 == 0 { try volume.commit() }
        }
        try volume.commit()
        let again = try Making.open(store)
        #expect(try #require(try again.file(named: "big")).record.size == 1 + count % 4095)
    }

    @Test func whatIsStoredOnAFullVolumeCanBeWrittenOver() throws {
        let store = MemoryStore()
        let volume = try volume(store)
        let file = try volume.make("big")
        let count = try fill(volume, file)
        try volume.commit()
        for index in 0..<count { try volume.write(file, index * Block.byteCount, [UInt8(index & 255)]) }
        try volume.update(file) { $0.mode = 0o600 }
        try volume.commit()
        let again = try Making.open(store)
        let read = try #require(try again.file(named: "big"))
        for index in 0..<count { #expect(try again.read(read, index * Block.byteCount, 2) == [UInt8(index & 255), 9]) }
    }

    @Test func aFullVolumeOfSmallFilesCanBeEmptied() throws {
        let store = MemoryStore()
        let volume = try volume(store)
        var names: [String] = []
        do {
            while true {
                let name = "\(String(repeating: "n", count: 200))-\(names.count)"
                _ = try volume.make(name, names.count % 3 == 0 ? [1, 2, 3] : [])
                names.append(name)
            }
        } catch VolumeError.noSpace {}
        try volume.commit()
        for name in names where try volume.file(named: name) != nil {
            try volume.remove(Array(name.utf8), from: volume.top, Making.now)
        }
        try volume.commit()
        let again = try Making.open(store)
        #expect(try again.names(in: again.top).count <= 1)
        #expect(try fill(volume, try volume.make("big")) > 200)
    }

    /// Freeing a block changes a bit of the map, so that freeing many changes all of it.
    @Test func manyGigabytesCanBeRemovedFromAFullVolume() throws {
        let store = MemoryStore()
        let total: UInt32 = 2 << 20
        let volume = try Making.create(store, limits: VolumeLimits(mostBlocks: total, cachedPages: 256, nodes: 4096))
        let file = try volume.make("a")
        // 8 GiB, of which only what lies at the beginning is ever written.
        try store.resize(to: 8192)
        var map = volume.tree.map
        map.resize(to: total)
        var taken: [UInt32] = []
        while let block = map.allocate() { taken.append(block) }
        volume.tree.map = map
        var low = 0
        // More than room for a page: the first commit stores the map for the first time.
        while !volume.hasRoom(.growing, 800) {
            volume.tree.map.release(taken[low])
            low += 1
        }
        #expect(low < 4096)
        try volume.write(file, 0, [1])
        try volume.commit()
        #expect(throws: VolumeError.noSpace) {
            for block in 1..<4096 { try volume.write(file, block * Block.byteCount, [1]) }
        }
        try volume.commit()
        #expect(file.record.blocks > 10)
        try volume.update(file) { $0.mode = 0o600 }
        map = volume.tree.map
        for block in taken[low...] { map.release(block) }
        volume.tree.map = map
        try volume.commit()
        #expect(volume.usedBlocks < 8192)
    }

    // MARK: Random changes

    /// Names with contents, of a volume that is nearly always full.
    private struct Model {
        var files: [String: [UInt8]] = [:]

        mutating func write(_ name: String, _ offset: Int, _ bytes: [UInt8]) {
            var old = files[name] ?? []
            if old.count < offset + bytes.count { old += [UInt8](repeating: 0, count: offset + bytes.count - old.count) }
            old.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            files[name] = old
        }
    }

    private func step(_ volume: TestVolume, _ model: inout Model, _ numbers: inout SeededNumbers) throws {
        let name = "file-\(Int.random(in: 0..<12, using: &numbers))"
        switch Int.random(in: 0..<12, using: &numbers) {
        case 0...5: try grow(volume, name, &model, &numbers)
        case 6:
            guard model.files.removeValue(forKey: name) != nil else { return }
            try volume.remove(Array(name.utf8), from: volume.top, Making.now)
        case 7, 8:
            guard let file = try volume.file(named: name), let old = model.files[name] else { return }
            let size = Int.random(in: 0...old.count, using: &numbers)
            try volume.truncate(file, to: UInt64(size), Making.now)
            model.files[name] = Array(old.prefix(size))
        case 9:
            guard let file = try volume.file(named: name), let old = model.files[name], !old.isEmpty else { return }
            let start = Int.random(in: 0..<old.count, using: &numbers)
            let end = Int.random(in: start...old.count, using: &numbers)
            try volume.punch(file, from: UInt64(start), to: UInt64(end), Making.now)
            model.write(name, start, [UInt8](repeating: 0, count: end - start))
        case 10: try rename(volume, name, &model, &numbers)
        default: try volume.commit()
        }
    }

    /// Writes block by block until there is no room; what was written before counts.
    private func grow(_ volume: TestVolume, _ name: String, _ model: inout Model, _ numbers: inout SeededNumbers) throws {
        let start = Int.random(in: 0..<100, using: &numbers) * Block.byteCount + Int.random(in: 0..<4096, using: &numbers)
        let bytes = [UInt8](repeating: UInt8.random(in: 1...255, using: &numbers), count: Int.random(in: 1...4096, using: &numbers))
        do {
            let file = try volume.file(named: name) ?? volume.make(name)
            model.write(name, 0, [])
            for index in 0..<Int.random(in: 1..<80, using: &numbers) {
                let place = start + index * Block.byteCount
                let part = Array(bytes.prefix(Block.byteCount - place % Block.byteCount))
                try volume.write(file, place, part)
                model.write(name, place, part)
            }
        } catch VolumeError.noSpace {}
    }

    private func rename(_ volume: TestVolume, _ name: String, _ model: inout Model, _ numbers: inout SeededNumbers) throws {
        let other = "file-\(Int.random(in: 0..<12, using: &numbers))"
        guard other != name, let moved = model.files[name] else { return }
        do {
            try volume.rename(Array(name.utf8), from: volume.top, to: volume.top, Array(other.utf8), Making.now)
            model.files[name] = nil
            model.files[other] = moved
        } catch VolumeError.noSpace {}
    }

    private func contents(_ volume: TestVolume) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try volume.names(in: volume.top) {
            let file = try volume.file(name.number)
            files[String(decoding: name.name, as: UTF8.self)] = try volume.read(file, 0, Int(file.record.size))
        }
        return files
    }

    /// Only what makes it larger is refused: removing, cutting, punching and committing throw nothing in here.
    @Test("a full volume holds what the model holds", arguments: 1...24)
    func agrees(seed: Int) throws {
        var numbers = SeededNumbers(UInt64(seed) << 4)
        let store = MemoryStore()
        store.mostBlocks = 512 + UInt32.random(in: 0..<300, using: &numbers)
        var volume = try Making.create(store)
        var model = Model()
        for round in 0..<400 {
            try step(volume, &model, &numbers)
            guard round % 80 == 79 else { continue }
            #expect(try contents(volume) == model.files)
            try volume.commit()
            volume = try Making.open(store)
            #expect(try contents(volume) == model.files)
        }
    }

    @Test("a full volume holds its last commit, whenever the power fails", arguments: 1...40)
    func survives(seed: Int) throws {
        var numbers = SeededNumbers(UInt64(seed) << 12)
        let store = MemoryStore()
        store.mostBlocks = 512
        let volume = try Making.create(store)
        var model = Model()
        for _ in 0..<60 { try step(volume, &model, &numbers) }
        try volume.commit()
        store.operationsLeft = Int.random(in: 0..<40, using: &numbers)
        var generation = volume.generation
        do {
            for _ in 0..<100 {
                try step(volume, &model, &numbers)
                try volume.commit()
                generation = volume.generation
            }
        } catch is VolumeError {}
        for _ in 0..<4 {
            let disk = MemoryStore(store.afterPowerFailure { Bool.random(using: &numbers) })
            disk.mostBlocks = 512
            let again = try Making.open(disk)
            #expect(again.generation >= generation)
            // Whatever it holds can be read, and removed.
            let found = try contents(again)
            for name in found.keys { try again.remove(Array(name.utf8), from: again.top, Making.now) }
            try again.commit()
            #expect(try contents(Making.open(disk)).isEmpty)
        }
    }
}
