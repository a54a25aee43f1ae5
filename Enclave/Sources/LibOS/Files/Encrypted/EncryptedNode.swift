import Volume

/// What files, directories and links of an encrypted volume have in common: a record in the volume.
class EncryptedNode: Node {
    final let file: VolumeFile
    final let system: EncryptedFileSystem

    init(_ system: EncryptedFileSystem, _ file: VolumeFile) {
        self.system = system
        self.file = file
        super.init(fileSystem: system, number: file.number, kind: FileKind(bits: file.record.mode))
    }

    static func make(_ system: EncryptedFileSystem, _ file: VolumeFile) -> EncryptedNode {
        switch FileKind(bits: file.record.mode) {
        case .directory: EncryptedDirectory(system, file)
        case .regular: EncryptedRegular(system, file)
        case .link: EncryptedLink(system, file)
        default: EncryptedSpecial(system, file)
        }
    }

    /// Whether nothing is kept in the node that the volume does not have.
    var canBeForgotten: Bool { overlaid.isEmpty }

    static var now: FileRecord.Time { FileRecord.Time(FileTime.now()) }

    /// Blocks the file has, and will have once what was written to it is stored.
    ///
    /// BLOCKS.
    func blocks() throws(Errno) -> UInt64 { file.record.blocks }

    override final func status() throws(Errno) -> FileStatus {
        let blocks = try blocks()
        let record = file.record
        var status = FileStatus()
        status.device = fileSystem.device
        status.number = number
        status.mode = record.mode
        status.links = record.links
        status.uid = record.uid
        status.gid = record.gid
        status.represents = record.represents
        status.size = record.size
        status.blocks = blocks * 8
        status.accessed = FileTime(record.accessed)
        status.modified = FileTime(record.modified)
        status.changed = FileTime(record.changed)
        status.born = FileTime(record.born)
        return status
    }

    // MARK: Changing

    final func checkWritable() throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
    }

    private func update(_ body: (inout FileRecord) -> Void) throws(Errno) {
        try checkWritable()
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in
            try volume.update(file) { record in
                body(&record)
                record.changed = now
            }
        }
    }

    override final func setMode(_ mode: UInt32) throws(Errno) {
        try update { $0.mode = $0.mode & FileRecord.typeMask | mode & 0o7777 }
    }

    override final func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        try update { record in
            record.uid = uid ?? record.uid
            record.gid = gid ?? record.gid
            // As Linux: a file that changes hands loses its set-id bits.
            guard record.type == FileRecord.regular else { return }
            record.mode &= ~(record.mode & 0o010 != 0 ? UInt32(0o6000) : 0o4000)
        }
    }

    override final func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        try update { record in
            if let accessed { record.accessed = FileRecord.Time(accessed) }
            if let modified { record.modified = FileRecord.Time(modified) }
        }
    }

    // MARK: Extended attributes

    override final func attribute(_ name: Bytes) throws(Errno) -> Bytes? {
        try system.perform { (volume) throws(VolumeError) in try volume.attribute(file, name) }
    }

    override final func attributeNames() throws(Errno) -> [Bytes] {
        try system.perform { (volume) throws(VolumeError) in try volume.attributeNames(file) }
    }

    override final func setAttribute(_ name: Bytes, _ value: Bytes?, flags: UInt32) throws(Errno) {
        try checkWritable()
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in
            if value != nil, flags != 0 {
                let isThere = try volume.attribute(file, name) != nil
                // XATTR_CREATE and XATTR_REPLACE
                if flags & 1 != 0, isThere { throw .exists }
                if flags & 2 != 0, !isThere { throw .noAttribute }
            }
            try volume.setAttribute(file, name, value, now)
        }
    }
}

extension FileRecord.Time {
    init(_ time: FileTime) { self.init(seconds: time.seconds, nanoseconds: time.nanoseconds) }
}

extension FileTime {
    init(_ time: FileRecord.Time) { self.init(seconds: time.seconds, nanoseconds: time.nanoseconds) }
}
