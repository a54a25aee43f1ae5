import CLinux
import Glibc
import Linux

/// One volume's file, locked while it is open, and the folder its counter is in.
final class OpenVolume: Sendable {
    static let counterName = 32
    static let longestCounter: UInt64 = 256

    private let file: FileDescriptor
    private let hasCounter: Bool
    private let counters: Int32
    private let isShared: Bool

    /// `isShared`: the folder holds counters of many volumes, each under its name.
    init(_ file: consuming FileDescriptor, _ counters: consuming FileDescriptor?, isShared: Bool) {
        self.file = file
        self.isShared = isShared
        if let counters = consume counters {
            hasCounter = true
            self.counters = counters.release()
        } else {
            hasCounter = false
            self.counters = -1
        }
    }

    deinit { if hasCounter { close(counters) } }

    var length: Int64 {
        var status = stat()
        return fstat(file.raw, &status) == 0 ? Int64(status.st_size) : -Int64(errno)
    }

    func read(_ into: UnsafeMutableRawPointer, _ count: Int, at offset: off_t) -> Int64 {
        Self.whole(count) { pread(file.raw, into + $0, count - $0, offset + off_t($0)) }
    }

    func write(_ from: UnsafeRawPointer, _ count: Int, at offset: off_t) -> Int64 {
        Self.whole(count) { pwrite(file.raw, from + $0, count - $0, offset + off_t($0)) }
    }

    /// All of it, or why not; the end of the file is EIO.
    private static func whole(_ count: Int, _ step: (Int) -> Int) -> Int64 {
        var done = 0
        while done < count {
            let result = step(done)
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { return result < 0 ? -Int64(errno) : -Int64(EIO) }
            done += result
        }
        return Int64(done)
    }

    /// Space for what is new is taken at once, where the file system can, so that later writes find it.
    func resize(to target: off_t) -> Int64 {
        let now = length
        guard now >= 0 else { return now }
        if target > now {
            let result = cl_allocate(file.raw, UInt64(now), UInt64(target) - UInt64(now))
            guard result == -Int(EOPNOTSUPP) || result == -Int(ENOSYS) else { return Int64(result) }
        }
        return ftruncate(file.raw, target) == 0 ? 0 : -Int64(errno)
    }

    func sync() -> Int64 { fdatasync(file.raw) == 0 ? 0 : -Int64(errno) }

    // MARK: The counter

    private func path(_ name: [UInt8]) -> String {
        guard isShared else { return "counter" }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: name.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    func readCounter(named name: [UInt8]) -> Result<[UInt8], SystemCallError> {
        guard hasCounter else { return .success([]) }
        do throws(SystemCallError) {
            let file = try FileDescriptor.open(in: counters, path(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            return .success(try FileContents.read(file, "the counter of a volume", limit: Int(Self.longestCounter)))
        } catch {
            return error.code == ENOENT ? .success([]) : .failure(error)
        }
    }

    /// A reader sees the old record or the new one, also after a failure of the machine.
    func writeCounter(named name: [UInt8], _ record: [UInt8]) -> Int64 {
        guard hasCounter else { return -Int64(EBADF) }
        do throws(SystemCallError) {
            let target = path(name)
            let temporary = target + ".new"
            let file = try FileDescriptor.open(in: counters, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
            try FileContents.write(record, to: file, "the counter of a volume")
            try SystemCallError.checkErrno(fsync(file.raw), "make a counter durable")
            try SystemCallError.checkErrno(renameat(counters, temporary, counters, target), "replace a counter")
            try SystemCallError.checkErrno(fsync(counters), "make a counter durable")
            return 0
        } catch { return -Int64(error.code) }
    }
}
