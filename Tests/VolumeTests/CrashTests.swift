import Testing
import Volume

/// Random changes against a model, with the power failing at any write.
@Suite struct CrashTests {
    /// What a volume is to hold: names with contents.
    typealias Model = [String: [UInt8]]

    private func contents(_ volume: TestVolume) throws -> Model {
        var model: Model = [:]
        for name in try volume.names(in: volume.top) {
            let file = try volume.file(name.number)
            model[String(decoding: name.name, as: UTF8.self)] = try volume.read(file, 0, Int(file.record.size))
        }
        return model
    }

    private func step(_ volume: TestVolume, _ model: inout Model, _ numbers: inout SeededNumbers) throws {
        let name = "file-\(Int.random(in: 0..<40, using: &numbers))"
        let bytes = Array(name.utf8)
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0...3:
            let file = try volume.file(named: name) ?? volume.make(name)
            let offset = Int.random(in: 0..<60_000, using: &numbers)
            let data = [UInt8](
                repeating: UInt8.random(in: 1...255, using: &numbers), count: Int.random(in: 1..<20_000, using: &numbers))
            try volume.write(file, offset, data)
            var old = model[name] ?? []
            if old.count < offset + data.count { old += [UInt8](repeating: 0, count: offset + data.count - old.count) }
            old.replaceSubrange(offset..<offset + data.count, with: data)
            model[name] = old
        case 4:
            guard model[name] != nil else { return }
            try volume.remove(bytes, from: volume.top, Making.now)
            model[name] = nil
        case 5, 6:
            let other = "file-\(Int.random(in: 0..<40, using: &numbers))"
            guard let moved = model[name], other != name else { return }
            try volume.rename(bytes, from: volume.top, to: volume.top, Array(other.utf8), Making.now)
            model[name] = nil
            model[other] = moved
        case 7:
            guard let file = try volume.file(named: name), var old = model[name] else { return }
            let size = Int.random(in: 0..<80_000, using: &numbers)
            try volume.truncate(file, to: UInt64(size), Making.now)
            if size < old.count { old.removeLast(old.count - size) } else { old += [UInt8](repeating: 0, count: size - old.count) }
            model[name] = old
        case 8:
            guard let file = try volume.file(named: name), var old = model[name], old.count > 1 else { return }
            let from = Int.random(in: 0..<old.count, using: &numbers)
            let to = Int.random(in: from...old.count, using: &numbers)
            try volume.punch(file, from: UInt64(from), to: UInt64(to), Making.now)
            for index in from..<to { old[index] = 0 }
            model[name] = old
        default: try volume.commit()
        }
    }

    @Test("holds what the model holds, also when it is opened again", arguments: 1...12)
    func agrees(seed: Int) throws {
        var numbers = SeededNumbers(UInt64(seed))
        let store = MemoryStore()
        var volume = try Making.create(store)
        var model: Model = [:]
        for round in 0..<150 {
            try step(volume, &model, &numbers)
            guard round % 50 == 49 else { continue }
            try volume.commit()
            volume = try Making.open(store)
            #expect(try contents(volume) == model)
        }
    }

    @Test("holds the last commit, whenever the power fails", arguments: 1...80)
    func survives(seed: Int) throws {
        var numbers = SeededNumbers(UInt64(seed) << 8)
        let store = MemoryStore()
        let volume = try Making.create(store)
        var model: Model = [:]
        /// What may be found: the last state that was made durable, or one that a commit was on its way to.
        var durable = model
        for _ in 0..<60 { try step(volume, &model, &numbers) }
        try volume.commit()
        durable = model
        store.operationsLeft = Int.random(in: 0..<25, using: &numbers)
        var possible = [durable]
        do {
            for _ in 0..<200 {
                let generation = volume.generation
                possible.append(model)
                try step(volume, &model, &numbers)
                possible.append(model)
                if volume.generation != generation { possible = [possible[possible.count - 2], model] }
                try volume.commit()
                possible = [model]
            }
        } catch is VolumeError {}
        for _ in 0..<6 {
            let disk = MemoryStore(store.afterPowerFailure { Bool.random(using: &numbers) })
            let again = try Making.open(disk)
            let found = try contents(again)
            #expect(possible.contains(found))
            // And goes on from there.
            _ = try again.make("after")
            try again.commit()
            #expect(try contents(Making.open(disk)) == found.merging(["after": []]) { $1 })
        }
    }

    @Test func aCommitThatIsNotWholeLeavesTheOneBefore() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        let file = try volume.make("a", [1])
        try volume.commit()
        let before = store.bytes
        try volume.write(file, 0, [2])
        try volume.commit()
        #expect(try !Making.open(store).lostCommit)
        for block in 2..<before.count / Block.byteCount {
            let place = block * Block.byteCount..<(block + 1) * Block.byteCount
            guard store.bytes[place] != before[place] else { continue }
            var bytes = store.bytes
            bytes.replaceSubrange(place, with: before[place])
            let found = try Making.open(MemoryStore(bytes))
            #expect(found.lostCommit)
            #expect(try contents(found) == ["a": [1]])
        }
    }

    @Test func damageToAnOlderCommitIsNoReasonToGoBack() throws {
        let store = MemoryStore()
        let volume = try Making.create(store)
        _ = try volume.make("old", [UInt8](repeating: 1, count: 9000))
        try volume.commit()
        let before = store.bytes
        _ = try volume.make("new", [2])
        try volume.commit()
        var refused = 0
        for block in 2..<before.count / Block.byteCount {
            let place = block * Block.byteCount..<(block + 1) * Block.byteCount
            guard before[place].contains(where: { $0 != 0 }), store.bytes[place] == before[place] else { continue }
            var bytes = store.bytes
            bytes[place.lowerBound] ^= 1
            do {
                let found = try Making.open(MemoryStore(bytes))
                #expect(!found.lostCommit)
                #expect(try contents(found).count == 2)
            } catch is VolumeError { refused += 1 }
        }
        #expect(refused > 0)
    }
}
