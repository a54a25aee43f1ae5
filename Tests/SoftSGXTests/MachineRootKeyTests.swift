import Foundation
import Glibc
import SoftSGX
import Testing

@Suite struct MachineRootKeyTests {
    private func withState(_ body: (String) throws -> Void) throws {
        let state = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: state) }
        try body(state)
    }

    @Test func isMadeOnceAndKept() throws {
        try withState { state in
            let first = try MachineRootKey.load(state: state).bytes
            #expect(first != [UInt8](repeating: 0, count: 32))
            #expect(try MachineRootKey.load(state: state).bytes == first)
            #expect(first.count == 32)
            var status = stat()
            #expect(stat(state + "/softsgx/root.key", &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o600)
            #expect(stat(state + "/softsgx", &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o700)
            #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/softsgx") == ["root.key"])
        }
    }

    @Test func isOneForManyThatMakeItAtOnce() throws {
        try withState { state in
            let keys = Keys()
            DispatchQueue.concurrentPerform(iterations: 8) { _ in keys.add((try? MachineRootKey.load(state: state).bytes) ?? []) }
            #expect(keys.all.count == 1)
            #expect(keys.all.first?.count == 32)
        }
    }

    @Test func isRefusedWhenOthersMayReadItOrItIsShort() throws {
        try withState { state in
            _ = try MachineRootKey.load(state: state).bytes
            let path = state + "/softsgx/root.key"
            chmod(path, 0o644)
            #expect(refusal(state)?.contains("chmod 600") == true)
            chmod(path, 0o600)
            truncate(path, 31)
            #expect(refusal(state)?.contains("32 bytes") == true)
        }
    }

    private func refusal(_ state: String) -> String? {
        do throws(SoftSGXError) {
            _ = try MachineRootKey.load(state: state).bytes
            return nil
        } catch {
            return "\(error)"
        }
    }

    private final class Keys: @unchecked Sendable {
        private let lock = NSLock()
        private var keys: Set<[UInt8]> = []
        func add(_ key: [UInt8]) { lock.withLock { _ = keys.insert(key) } }
        var all: Set<[UInt8]> { lock.withLock { keys } }
    }
}
