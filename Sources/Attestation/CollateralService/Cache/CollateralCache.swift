import CLinux
import Crypto
import Glibc
import Linux

/// Collateral on disk, one file an item; what is in it is public, and checked by whoever reads it.
///
/// Files are replaced in one step, so a reader sees an old entry or a new one. Who fetches holds a lock file meanwhile, in this
/// process and in others.
public struct CollateralCache: Sendable {
    public let directory: String

    public init(directory: String) { self.directory = directory }

    /// The entry under `key`, or nil when there is none that can be read.
    func load(_ key: String) -> CacheEntry? {
        guard let bytes = read(path(key)), let entry = CacheEntry(bytes: bytes), entry.key == key else { return nil }
        return entry
    }

    func store(_ entry: CacheEntry) throws(CollateralServiceError) {
        try makeDirectory()
        do throws(SystemCallError) {
            try FileContents.replaceDurably(path(entry.key), with: entry.bytes, mode: 0o644)
        } catch {
            throw Self.failure("write", path(entry.key), error.code)
        }
    }

    func remove(_ key: String) { unlink(path(key)) }

    /// The keys of all entries, sorted.
    public func keys() -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var keys: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(Self.suffix) { keys.append(String(name.dropLast(Self.suffix.count))) }
        }
        return keys.sorted()
    }

    /// Runs `body` while no other task of any process does so for this key.
    func holding<Value>(
        _ key: String, _ body: () async throws(CollateralServiceError) -> Value
    ) async throws(CollateralServiceError) -> Value {
        try makeDirectory()
        let lock = try await CacheLock.acquire("\(directory)/\(Self.lockName(key)).lock")
        let result: Result<Value, CollateralServiceError>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        lock.release()
        return try result.get()
    }

    /// Askers choose keys, so the lock files are a fixed number; lists, which are fetched while another lock is held, have their own.
    private static func lockName(_ key: String) -> String {
        guard !lists.contains(where: { key.hasSuffix($0.key) }) else { return key }
        return "slot-\(SHA256.hash(data: Array(key.utf8)).reduce(0) { $0 ^ $1 } % 64)"
    }

    private static let lists = [.rootCRL] + PCKAuthority.allCases.map(CollateralRequest.pckCRL)
    private static let suffix = ".collateral"

    private func path(_ key: String) -> String { "\(directory)/\(key)\(Self.suffix)" }

    private func makeDirectory() throws(CollateralServiceError) {
        var path = directory.hasPrefix("/") ? "" : "."
        for part in directory.split(separator: "/") {
            path += "/\(part)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Self.failure("make the directory", path, errno) }
        }
    }

    private func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var facts = cl_file_facts()
        guard cl_examine(descriptor, &facts) == 0, facts.mode & S_IFMT == S_IFREG, facts.size <= CacheEntry.maximumByteCount else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes[filled...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }

    static func failure(_ operation: String, _ path: String, _ code: Int32) -> CollateralServiceError {
        let mend = code == EACCES || code == EPERM || code == EROFS ? "; name a directory of your own with --cache" : ""
        return .cache(operation: operation, path: path, why: String(cString: strerror(code)) + mend)
    }
}
