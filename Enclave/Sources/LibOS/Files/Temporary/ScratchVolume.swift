import Volume
import Wire

/// A volume for this run only: contents of files, sealed under a key nobody keeps, in a file of the host that has no name.
///
/// Names and attributes are not in it, so that after the enclave nobody could put it together, the enclave included.
final class ScratchVolume {
    typealias HostVolume = EncryptedFileSystem.HostVolume

    private let system: EncryptedFileSystem
    /// Files that nobody has any more; they go when somebody is in the volume, since their last user may not be able to wait.
    private var abandoned: [VolumeFile] = []

    /// BLOCKS.
    init(size: UInt64) throws(Errno) { system = try EncryptedFileSystem.ephemeral(size: size, mode: 0o700) }

    /// A block on its way into the volume, for whoever is within `locked`.
    var incoming: UnsafeMutableRawPointer { system.incoming }

    /// BLOCKS.
    ///
    /// Runs `body` on the volume while no other thread is in it.
    func locked<R>(_ body: (HostVolume) throws(Errno) -> R) throws(Errno) -> R {
        try system.locked { (volume) throws(Errno) in
            while let file = abandoned.popLast() { try step { () throws(VolumeError) in try volume.release(file) } }
            return try body(volume)
        }
    }

    /// A step on the volume within `locked`.
    func step<R>(_ body: () throws(VolumeError) -> R) throws(Errno) -> R { try system.step(body) }

    /// Within `locked`: a new, empty file.
    func makeFile(_ volume: HostVolume) throws(Errno) -> VolumeFile {
        let record = FileRecord(mode: FileRecord.regular, uid: 0, gid: 0, time: FileRecord.Time(FileTime.now()))
        let file = try step { () throws(VolumeError) in try volume.createUnnamed(record) }
        volume.hold(file)
        return file
    }

    func abandon(_ file: VolumeFile) { abandoned.append(file) }

    func addRoom(to record: inout FileSystemRecord) {
        let mine = system.statistics()
        record.blocks = mine.blocks
        record.freeBlocks = mine.freeBlocks
        record.availableBlocks = mine.availableBlocks
        record.files = mine.files
        record.freeFiles = mine.freeFiles
    }
}
