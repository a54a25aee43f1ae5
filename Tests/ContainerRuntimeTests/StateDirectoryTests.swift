import Foundation
import Linux
import Synchronization
import Testing

@testable import ContainerRuntime

@Suite struct StateDirectoryTests {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent("states-\(UUID().uuidString)").path

    private func inode(_ path: String) -> ino_t? {
        var information = stat()
        return stat(path, &information) == 0 ? information.st_ino : nil
    }

    /// What a command gets that waits for the lock while `meanwhile` happens.
    private func waiting(for directory: StateDirectory, _ meanwhile: () throws -> Void) throws -> Result<ino_t, RuntimeError> {
        let found = Mutex<Result<ino_t, RuntimeError>?>(nil)
        let holder = try directory.lock()
        let thread = Thread {
            let result = Result<ino_t, RuntimeError> { () throws(RuntimeError) in
                let lock = try directory.lock()
                var information = stat()
                fstat(lock.raw, &information)
                return information.st_ino
            }
            found.withLock { $0 = result }
        }
        thread.start()
        usleep(100_000)
        #expect(found.withLock { $0 == nil }, "the lock was given twice")
        try meanwhile()
        close(holder.release())
        for _ in 0..<500 where found.withLock({ $0 == nil }) { usleep(10_000) }
        return try #require(found.withLock { $0 })
    }

    @Test func aContainerThatIsThereIsLockedByOneAfterTheOther() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let directory = try StateDirectory(root: root, id: "a")
        #expect(throws: RuntimeError.doesNotExist) { _ = try directory.lock().raw }
        try directory.make()
        #expect(try waiting(for: directory) {}.get() == inode(directory.path))
    }

    @Test func whoWaitedForAContainerThatWasDeletedHearsThatItIsGone() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let directory = try StateDirectory(root: root, id: "a")
        try directory.make()
        let result = try waiting(for: directory) { directory.remove() }
        #expect(throws: RuntimeError.doesNotExist) { try result.get() }
    }

    @Test func whoWaitedFindsTheNextContainerOfTheNameLockedItself() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let directory = try StateDirectory(root: root, id: "a")
        try directory.make()
        let result = try waiting(for: directory) {
            directory.remove()
            try directory.make()
        }
        #expect(try result.get() == inode(directory.path))
    }
}
