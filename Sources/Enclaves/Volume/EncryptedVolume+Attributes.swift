extension EncryptedVolume {
    /// Changes the record as `body` says.
    public func update(_ file: VolumeFile, _ body: (inout FileRecord) -> Void) throws(VolumeError) {
        try makeRoom(.changing)
        body(&file.record)
        recordChanged(file)
    }

    /// Takes bits of the mode away from a file that was changed just now.
    public func dropModeBits(_ file: VolumeFile, _ bits: UInt32) {
        file.record.mode &= ~bits
        recordChanged(file)
    }

    private static var mostAttributes: Int { 256 }

    public func attribute(_ file: VolumeFile, _ name: [UInt8]) throws(VolumeError) -> [UInt8]? {
        let bucket = try bucket(file, name)
        guard let place = bucket.place(of: name) else { return nil }
        return bucket.entries[place].value
    }

    public func attributeNames(_ file: VolumeFile) throws(VolumeError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        try tree.scan(from: ItemKey(file.number, .attribute)) { key, value in
            guard key.object == file.number, key.kind == .attribute else { return false }
            guard let bucket = AttributeBucket(decoding: value) else { return false }
            for entry in bucket.entries { names.append(entry.name) }
            return true
        }
        return names
    }

    /// Sets an attribute, or removes it where `value` is `nil`.
    public func setAttribute(
        _ file: VolumeFile, _ name: [UInt8], _ value: [UInt8]?, _ now: FileRecord.Time
    ) throws(VolumeError) {
        try makeRoom(value == nil ? .changing : .growing)
        try change { () throws(VolumeError) in
            var bucket = try bucket(file, name)
            if let place = bucket.place(of: name) { bucket.entries.remove(at: place) } else if value == nil { throw .noAttribute }
            if let value {
                guard try attributeNames(file).count < Self.mostAttributes else { throw .noSpace }
                bucket.entries.append(AttributeBucket.Entry(name: name, value: value))
            }
            let encoded = bucket.encoded
            guard encoded.count <= TreeNode.longestValue else { throw .noSpace }
            let key = ItemKey(file.number, .attribute, hash(name))
            if encoded.isEmpty { try tree.remove(key) } else { try tree.set(key, encoded) }
            file.record.changed = now
            recordChanged(file)
        }
    }

    private func bucket(_ file: VolumeFile, _ name: [UInt8]) throws(VolumeError) -> AttributeBucket {
        guard let value = try tree.value(ItemKey(file.number, .attribute, hash(name))) else { return AttributeBucket() }
        guard let bucket = AttributeBucket(decoding: value) else { throw .damaged(block: 0) }
        return bucket
    }
}
