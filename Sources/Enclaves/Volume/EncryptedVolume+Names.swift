extension EncryptedVolume {
    /// One name of a directory.
    public struct Name {
        public var name: [UInt8]
        public var number: UInt64
        /// What kind of file it is, as in a directory record (DT_REG and so on).
        public var type: UInt8
    }

    public static var longestName: Int { 255 }
    private static var mostLinks: UInt32 { 65000 }

    // MARK: Looking

    /// The number of the file that has this name.
    public func lookup(_ directory: VolumeFile, _ name: [UInt8]) throws(VolumeError) -> UInt64? {
        guard let bucket = try bucket(directory, name), let place = bucket.place(of: name) else { return nil }
        return bucket.entries[place].number
    }

    /// All names, in no order anybody could guess.
    public func names(in directory: VolumeFile) throws(VolumeError) -> [Name] {
        var names: [Name] = []
        var isRight = true
        try tree.scan(from: ItemKey(directory.number, .name)) { key, value in
            guard key.object == directory.number, key.kind == .name else { return false }
            guard let bucket = NameBucket(decoding: value) else {
                isRight = false
                return false
            }
            for entry in bucket.entries { names.append(Name(name: entry.name, number: entry.number, type: entry.type)) }
            return true
        }
        guard isRight else { throw .damaged(block: 0) }
        return names
    }

    public func isEmpty(_ directory: VolumeFile) throws(VolumeError) -> Bool {
        var isEmpty = true
        try tree.scan(from: ItemKey(directory.number, .name)) { key, _ in
            isEmpty = key.object != directory.number || key.kind != .name
            return false
        }
        return isEmpty
    }

    public func linkTarget(_ link: VolumeFile) throws(VolumeError) -> [UInt8] {
        var target: [UInt8] = []
        try tree.scan(from: ItemKey(link.number, .target)) { key, value in
            guard key.object == link.number, key.kind == .target else { return false }
            target.append(contentsOf: value)
            return true
        }
        return target
    }

    private func bucket(_ directory: VolumeFile, _ name: [UInt8]) throws(VolumeError) -> NameBucket? {
        guard let value = try tree.value(key(directory, name)) else { return nil }
        guard let bucket = NameBucket(decoding: value) else { throw .damaged(block: 0) }
        return bucket
    }

    private func key(_ directory: VolumeFile, _ name: [UInt8]) -> ItemKey { ItemKey(directory.number, .name, hash(name)) }

    // MARK: Making

    /// A new file of any kind; a symbolic link with its target.
    public func create(
        _ record: FileRecord, in directory: VolumeFile, _ name: [UInt8], target: [UInt8] = []
    ) throws(VolumeError) -> VolumeFile {
        try makeRoom()
        return try change { () throws(VolumeError) in
            try checkTakesNames(directory)
            guard try lookup(directory, name) == nil else { throw .exists }
            if record.isDirectory, directory.record.links >= Self.mostLinks { throw .tooManyLinks }
            let file = add(record)
            do throws(VolumeError) { try insert(name, file, into: directory, record.changed) } catch {
                files.remove(file.number)
                file.recordIsDirty = false
                throw error
            }
            if record.isDirectory { file.record.links = 2 }
            try setTarget(file, target)
            return file
        }
    }

    /// A regular file without a name, for whoever holds it.
    public func createUnnamed(_ record: FileRecord) throws(VolumeError) -> VolumeFile {
        try makeRoom()
        return try change { () throws(VolumeError) in
            let file = add(record)
            file.record.links = 0
            try tree.set(ItemKey(0, .orphan, file.number), [])
            return file
        }
    }

    private func setTarget(_ file: VolumeFile, _ target: [UInt8]) throws(VolumeError) {
        var piece = 0
        while piece * TreeNode.longestValue < target.count {
            let start = piece * TreeNode.longestValue
            let end = min(start + TreeNode.longestValue, target.count)
            try tree.set(ItemKey(file.number, .target, UInt64(piece)), [UInt8](target[start..<end]))
            piece += 1
        }
        if piece > 0 { file.record.size = UInt64(target.count) }
    }

    /// One more name for a file.
    public func link(_ file: VolumeFile, in directory: VolumeFile, _ name: [UInt8], _ now: FileRecord.Time) throws(VolumeError) {
        try makeRoom()
        try change { () throws(VolumeError) in
            try checkTakesNames(directory)
            guard try lookup(directory, name) == nil else { throw .exists }
            guard file.record.links < Self.mostLinks else { throw .tooManyLinks }
            try insert(name, file, into: directory, now)
            if file.record.links == 0 { try tree.remove(ItemKey(0, .orphan, file.number)) }
            file.record.links += 1
            file.record.changed = now
            recordChanged(file)
        }
    }

    /// A directory that was removed has no place for names; nobody would ever find or delete what they name.
    ///
    /// Asked here, since whoever looked before may have waited for the volume while it was removed.
    private func checkTakesNames(_ directory: VolumeFile) throws(VolumeError) {
        guard directory.record.links > 0 else { throw .notFound }
    }

    private func insert(
        _ name: [UInt8], _ file: VolumeFile, into directory: VolumeFile, _ now: FileRecord.Time
    ) throws(VolumeError) {
        guard !name.isEmpty, name.count <= Self.longestName else { throw .nameTooLong }
        var bucket = try bucket(directory, name) ?? NameBucket()
        let type = UInt8(truncatingIfNeeded: file.record.type >> 12)
        bucket.entries.append(NameBucket.Entry(number: file.number, type: type, name: name))
        let value = bucket.encoded
        guard value.count <= TreeNode.longestValue else { throw .noSpace }
        try tree.set(key(directory, name), value)
        if file.record.isDirectory { directory.record.links += 1 }
        directory.record.size += UInt64(name.count) + 32
        touched(directory, now)
    }

    private func touched(_ directory: VolumeFile, _ now: FileRecord.Time) {
        directory.record.modified = now
        directory.record.changed = now
        recordChanged(directory)
    }

    // MARK: Removing

    /// Takes a name away; the file goes with its last name and its last user.
    public func remove(_ name: [UInt8], from directory: VolumeFile, _ now: FileRecord.Time) throws(VolumeError) {
        try makeRoomToShrink()
        try change { () throws(VolumeError) in
            guard let number = try lookup(directory, name) else { throw .notFound }
            let file = try file(number)
            if file.record.isDirectory, !(try isEmpty(file)) { throw .notEmpty }
            try erase(name, file, from: directory, now)
            try dropLink(file, now)
        }
    }

    private func erase(
        _ name: [UInt8], _ file: VolumeFile, from directory: VolumeFile, _ now: FileRecord.Time
    ) throws(VolumeError) {
        guard var bucket = try bucket(directory, name), let place = bucket.place(of: name) else { throw .notFound }
        bucket.entries.remove(at: place)
        if bucket.entries.isEmpty {
            try tree.remove(key(directory, name))
        } else {
            try tree.set(key(directory, name), bucket.encoded)
        }
        if file.record.isDirectory { directory.record.links -= 1 }
        directory.record.size -= min(directory.record.size, UInt64(name.count) + 32)
        touched(directory, now)
    }

    private func dropLink(_ file: VolumeFile, _ now: FileRecord.Time) throws(VolumeError) {
        file.record.links = file.record.isDirectory ? 0 : file.record.links - 1
        file.record.changed = now
        recordChanged(file)
        guard file.record.links == 0 else { return }
        if file.holders > 0 { try tree.set(ItemKey(0, .orphan, file.number), []) } else { try delete(file) }
    }

    // MARK: Renaming

    /// Moves a name, over another one where that is there; the caller has checked kinds, and that no directory goes below itself.
    public func rename(
        _ name: [UInt8], from source: VolumeFile, to target: VolumeFile, _ newName: [UInt8], _ now: FileRecord.Time
    ) throws(VolumeError) {
        try makeRoom(.changing)
        try change { () throws(VolumeError) in
            guard let number = try lookup(source, name) else { throw .notFound }
            let moved = try file(number)
            guard newName.count <= Self.longestName else { throw .nameTooLong }
            try checkTakesNames(target)
            if let existing = try lookup(target, newName) {
                if existing == number { return }
                let replaced = try file(existing)
                if replaced.record.isDirectory, !(try isEmpty(replaced)) { throw .notEmpty }
                try erase(newName, replaced, from: target, now)
                try dropLink(replaced, now)
            }
            try erase(name, moved, from: source, now)
            try insert(newName, moved, into: target, now)
            moved.record.changed = now
            recordChanged(moved)
        }
    }

    /// Lets two names change places.
    public func exchange(
        _ name: [UInt8], in source: VolumeFile, with other: [UInt8], in target: VolumeFile, _ now: FileRecord.Time
    ) throws(VolumeError) {
        try makeRoom(.changing)
        try change { () throws(VolumeError) in
            guard let first = try lookup(source, name), let second = try lookup(target, other) else { throw .notFound }
            guard first != second else { return }
            let (one, two) = (try file(first), try file(second))
            try erase(name, one, from: source, now)
            try erase(other, two, from: target, now)
            try insert(name, two, into: source, now)
            try insert(other, one, into: target, now)
            for file in [one, two] {
                file.record.changed = now
                recordChanged(file)
            }
        }
    }

    // MARK: The end of a file

    /// Every item of the file goes, and its blocks with them.
    func delete(_ file: VolumeFile) throws(VolumeError) {
        dropPages(of: file, from: 0)
        while true {
            var keys: [ItemKey] = []
            try tree.scan(from: ItemKey(file.number, .file)) { key, _ in
                guard key.object == file.number, keys.count < 256 else { return false }
                keys.append(key)
                return true
            }
            if keys.isEmpty { break }
            for key in keys {
                if key.kind == .data { try releaseBlocks(key) }
                try tree.remove(key)
            }
        }
        try tree.remove(ItemKey(0, .orphan, file.number))
        file.recordIsDirty = false
        files.remove(file.number)
    }

    /// Files that had lost their last name when the volume was last used.
    func removeOrphans() throws(VolumeError) {
        var numbers: [UInt64] = []
        try tree.scan(from: ItemKey(0, .orphan)) { key, _ in
            guard key.object == 0, key.kind == .orphan else { return false }
            numbers.append(key.offset)
            return true
        }
        for number in numbers {
            try makeRoomToShrink()
            try change { () throws(VolumeError) in
                if try tree.value(ItemKey(number, .file)) == nil {
                    try tree.remove(ItemKey(0, .orphan, number))
                } else {
                    try delete(try file(number))
                }
            }
        }
    }
}
