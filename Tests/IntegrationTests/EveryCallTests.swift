import Foundation
import Testing
import Wire

/// A program makes every call there is a number for; what it gets is what the table of calls says.
@Suite("Every system call", .enabled(if: Release.isUsable, Release.need)) struct EveryCallTests {
    @Test("gives ENOSYS exactly where the table says so, and every refused one the error of its row") func refusals() throws {
        let errors = try found()
        for number in 0...480 {
            guard let error = errors[number] else { continue }
            let call = SystemCall.numbered(UInt64(number))
            let name = call.map { "\($0.name)" } ?? "call \(number)"
            if let refusal = call == nil ? .ENOSYS : call?.support.refusal {
                #expect(error == Int32(refusal.rawValue), "\(name): \(error)")
            } else {
                #expect(error != ENOSYS, "\(name) is ENOSYS, which its row does not say")
            }
        }
    }

    /// Error by number, of all calls but the four that end or suspend a program.
    private func found() throws -> [Int: Int32] {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        try TestTree.compile("everycall", into: rootfs)
        let enclave = try Enclave(running: ["/app/everycall"], over: rootfs)
        var errors: [Int: Int32] = [:]
        for line in try enclave.run().text.split(separator: "\n") {
            let words = line.split(separator: " ").compactMap { Int32($0) }
            guard words.count == 2 else { continue }
            errors[Int(words[0])] = words[1]
        }
        #expect(errors.count == 477)
        return errors
    }
}
