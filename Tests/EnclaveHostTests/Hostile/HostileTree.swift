import EnclaveBuild
import EnclaveTestSupport
import Foundation
import Glibc
import Wire

/// A root filesystem of two programs, a file of seven chunks and one to be shared with the host, indexed once for all tests.
struct HostileTree: Sendable {
    static let shared = Result { try HostileTree() }

    let path: String
    let index: IndexImage
    /// A folder for a verified mount: a file of the name and size of one of the root, but of other bytes.
    let model: String
    let modelIndex: IndexImage
    /// What the program prints natively.
    let computed: String
    let sum: String
    let modelSum: String
    let reference: [String]

    private init() throws {
        atexit {
            guard let tree = try? HostileTree.shared.get() else { return }
            for path in [tree.path, tree.model] { try? FileManager.default.removeItem(atPath: path) }
        }
        path = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        for program in ["worker", "attacked"] {
            try Tool.run(
                "clang",
                [
                    "-O2", "-static-pie", "-fuse-ld=lld", "-pthread", "-o", "\(path)/\(program)",
                    source.appending(path: "Programs/\(program).c").path, "-lm",
                ])
        }
        for folder in ["host", "shared", "vault"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for folder in ["host", "shared"] {
            try Data("The host wrote this.\n".utf8).write(to: URL(filePath: "\(path)/\(folder)/note"))
        }
        var state: UInt64 = 88_172_645_463_325_252
        let bytes = (0..<100_003).map { _ -> UInt8 in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
        try Data(bytes).write(to: URL(filePath: "\(path)/data"))
        try FileManager.default.createDirectory(atPath: "\(path)/shared/dir/dir", withIntermediateDirectories: true)
        try Data("from the host".utf8).write(to: URL(filePath: "\(path)/shared/file"))
        try FileManager.default.createSymbolicLink(atPath: "\(path)/shared/link", withDestinationPath: "file")
        try FileManager.default.copyItem(atPath: "\(path)/worker", toPath: "\(path)/shared/worker")
        model = path + "-model"
        try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: false)
        try Data(bytes.map { ~$0 }).write(to: URL(filePath: "\(model)/data"))
        index = try RootFilesystem(at: path).index()
        modelIndex = try RootFilesystem(at: model).index()
        computed = try Self.output("\(path)/worker", "compute")
        sum = try Self.output("\(path)/worker", "sum", "\(path)/data").replacing(path, with: "")
        modelSum = try Self.output("\(path)/worker", "sum", "\(model)/data").replacing(model, with: "/model")
        reference = try Self.output("\(path)/worker", "reference").split(separator: "\n").map(String.init)
    }

    private static func output(_ program: String, _ arguments: String...) throws -> String {
        String(decoding: try Tool.run(program, arguments), as: UTF8.self)
    }
}
