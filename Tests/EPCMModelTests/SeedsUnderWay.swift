import Foundation
import Linux

/// The seed that each worker is at, in a file that outlives the process, which a sequence can end.
///
/// Each worker has its own word.
final class SeedsUnderWay: @unchecked Sendable {
    let path: String
    private let words: UnsafeMutablePointer<UInt64>
    private let count: Int

    init(workers: Int) throws {
        count = workers
        path = FileManager.default.temporaryDirectory.appending(path: "inclavare-model-seeds-\(getpid())").path
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, ftruncate(file, off_t(workers * 8)) == 0 else { throw SystemCallError(errno, "make \(path)") }
        defer { close(file) }
        let memory = mmap(nil, workers * 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else { throw SystemCallError(errno, "map \(path)") }
        words = memory.bindMemory(to: UInt64.self, capacity: workers)
    }

    deinit { munmap(words, count * 8) }

    func set(_ worker: Int, _ seed: UInt64) { words[worker] = seed }

    /// All went well: nobody needs it.
    func remove() { unlink(path) }
}
