import Glibc
import Linux
import OCI

/// The folder of one container under the root of states: `state.json` and, until it is started, `start.sock`; of an
/// enclave container `doorway.sock`.
struct StateDirectory: Sendable {
    let id: String
    let path: String

    var recordPath: String { path + "/state.json" }
    var socketPath: String { path + "/start.sock" }
    static let doorwayName = "doorway.sock"
    /// Of an enclave container only.
    var doorwayPath: String { path + "/" + Self.doorwayName }

    init(root: String, id: String) throws(RuntimeError) {
        try Self.check(id)
        self.id = id
        path = root + "/" + id
    }

    private static func check(_ id: String) throws(RuntimeError) {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, !id.isEmpty, id.utf8.count <= 255, id != ".", id != ".." else {
            throw RuntimeError("invalid container ID \"\(id)\": letters, digits, '_', '+', '-' and '.' are allowed")
        }
    }

    /// Making the folder is what claims the name: it is atomic.
    func make() throws(RuntimeError) {
        let root = RootedPath.split(path).parent
        if mkdir(path, 0o700) == 0 { return }
        if errno == ENOENT {
            try Self.makeAll(root)
            if mkdir(path, 0o700) == 0 { return }
        }
        if errno == EEXIST { throw .alreadyExists }
        throw RuntimeError("cannot make the state directory \(path): \(SystemCallError.reason(errno))")
    }

    private static func makeAll(_ path: String) throws(RuntimeError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let parent = RootedPath.split(path).parent
        guard errno == ENOENT, parent != path else {
            throw RuntimeError("cannot make the directory \(path): \(SystemCallError.reason(errno))")
        }
        try makeAll(parent)
        if mkdir(path, 0o700) < 0, errno != EEXIST {
            throw RuntimeError("cannot make the directory \(path): \(SystemCallError.reason(errno))")
        }
    }

    var exists: Bool { access(path, F_OK) == 0 }
    var awaitsStart: Bool { access(socketPath, F_OK) == 0 }

    /// Lets no other command start or delete the container while the result lives; it ends with this process at the latest.
    ///
    /// Whoever waited finds what the other left: the folder may be gone, and its name be another container's.
    func lock() throws(RuntimeError) -> FileDescriptor {
        while true {
            let folder: FileDescriptor
            do throws(SystemCallError) {
                folder = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            } catch {
                throw error.code == ENOENT ? .doesNotExist : RuntimeError("\(error)")
            }
            while flock(folder.raw, LOCK_EX) < 0 {
                guard errno == EINTR else { throw RuntimeError("cannot lock \(path): \(SystemCallError.reason(errno))") }
            }
            var (locked, present) = (stat(), stat())
            guard stat(path, &present) == 0 else { throw .doesNotExist }
            if fstat(folder.raw, &locked) == 0, locked.st_ino == present.st_ino, locked.st_dev == present.st_dev { return folder }
        }
    }

    func save(_ record: StateRecord) throws(RuntimeError) {
        try RuntimeError.wrap { try FileContents.replace(recordPath, with: record.encoded(), mode: 0o600) }
    }

    func load() throws(RuntimeError) -> StateRecord {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            bytes = try FileContents.read(recordPath)
        } catch {
            if error.code == ENOENT { throw .doesNotExist }
            throw RuntimeError("\(error)")
        }
        return try RuntimeError.wrap(recordPath) { try StateRecord(decoding: bytes) }
    }

    func remove() {
        // Whatever a container kept here, and what a command that was killed left half written.
        if let stream = opendir(path) {
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    _ = name.withMemoryRebound(to: CChar.self, capacity: 256) { unlinkat(dirfd(stream), $0, 0) }
                }
            }
        }
        rmdir(path)
    }
}
