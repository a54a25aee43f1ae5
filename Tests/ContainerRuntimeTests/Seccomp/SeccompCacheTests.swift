import Foundation
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct SeccompCacheTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seccomp-cache-\(UUID().uuidString)").path
    private let instructions: [UInt8] = [6, 0, 0, 0, 0, 0, 0xff, 0x7f]
    private var files: String { folder + "/" + SeccompCache.folderName }

    private func cache() throws -> SeccompCache {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return SeccompCache(root: folder, source: ["defaultAction": "SCMP_ACT_ALLOW"])
    }

    private func file() throws -> String {
        try files + "/" + #require(FileManager.default.contentsOfDirectory(atPath: files).first)
    }

    @Test func givesBackWhatWasStored() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cache = try cache()
        #expect(cache.instructions() == nil)
        cache.store(instructions)
        #expect(cache.instructions() == instructions)
        #expect(SeccompCache(root: folder, source: ["defaultAction": "SCMP_ACT_LOG"]).instructions() == nil)
    }

    @Test func beginsWithMagicVersionAndMinimumReaderAndRefusesWhatIsNewer() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cache = try cache()
        cache.store(instructions)
        var bytes = try Array(Data(contentsOf: URL(filePath: file())))
        #expect(Array(bytes[..<12]) == Array("RUNEBPF\n".utf8) + [2, 0, 2, 0])
        // A later version that this one can still read, then one that it cannot.
        bytes[8] = 9
        try Data(bytes).write(to: URL(filePath: file()))
        #expect(cache.instructions() == instructions)
        bytes[10] = 9
        try Data(bytes).write(to: URL(filePath: file()))
        #expect(cache.instructions() == nil)
    }

    @Test func whatOthersCanWriteIsNotUsed() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cache = try cache()
        cache.store(instructions)
        chmod(files, 0o777)
        #expect(cache.instructions() == nil)
        chmod(files, 0o700)
        #expect(cache.instructions() == instructions)
        // A folder behind a link can be anybody's.
        try FileManager.default.moveItem(atPath: files, toPath: folder + "/elsewhere")
        try FileManager.default.createSymbolicLink(atPath: files, withDestinationPath: folder + "/elsewhere")
        #expect(cache.instructions() == nil)
    }
}
