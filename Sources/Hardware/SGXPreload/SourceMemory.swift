import Glibc
import Linux

/// Where ADD_PAGES may read: memory that is there, and not of a file on a filesystem mounted noexec.
enum SourceMemory {
    /// The mapping around the address: EFAULT without one, EACCES where nothing may be executed.
    static func run(around address: UInt64) throws(Refusal) -> Range<UInt64> {
        let entry: MemoryMap.Entry?
        do throws(SystemCallError) {
            entry = try MemoryMap.firstEntry(overlapping: address, address &+ 4096)
        } catch {
            // Without /proc nothing can be said about the file.
            return 0..<0
        }
        guard let entry, entry.start <= address else { throw Refusal(EFAULT) }
        if entry.name.utf8.first == 0x2f, isMountedNoExec(entry.name) { throw Refusal(EACCES) }
        return entry.start..<entry.end
    }

    /// ST_NOEXEC, which Swift's import of the C library leaves out.
    private static let noExec: UInt = 8

    private static func isMountedNoExec(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_flag & noExec != 0
    }
}
