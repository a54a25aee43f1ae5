import Foundation
import Glibc
import Linux
import Testing

/// The walk that stands in for openat2, on a tree full of links that want out.
@Suite struct RootedWalkTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("rooted-walk-\(UUID().uuidString)").path
        let root = folder + "/root"
        try FileManager.default.createDirectory(atPath: root + "/inner/deep", withIntermediateDirectories: true)
        try Data("inside".utf8).write(to: URL(fileURLWithPath: root + "/inner/file"))
        try Data("outside".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
        for (link, target) in [
            ("absolute", "/inner"), ("relative", "inner/deep/../file"), ("up", "../../../../inner/file"), ("parent", ".."),
            ("loop", "loop"), ("chain", "absolute/deep/../file"), ("outside", folder + "/file"),
        ] {
            try FileManager.default.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target)
        }
    }

    private func open<Value>(_ body: (RootedWalk) throws -> Value) throws -> Value {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let root = try FileDescriptor.open(folder + "/root", O_PATH | O_DIRECTORY)
        return try body(RootedWalk(root: root.raw))
    }

    @Test(arguments: [
        "inner/file", "/inner/file", "absolute/file", "relative", "up", "chain", "parent/inner/file", "../inner/file",
        "inner/../../up",
    ])
    func everyWayLeadsToTheFileInside(path: String) throws {
        let text = try open { String(decoding: try FileContents.read($0.open(path, O_RDONLY), path), as: UTF8.self) }
        #expect(text == "inside")
    }

    @Test(arguments: [("outside", ENOENT), ("../file", ENOENT), ("loop", ELOOP), ("inner/none", ENOENT), ("inner/file/x", ENOTDIR)])
    func whatIsNotInsideIsNotFound(path: String, code: Int32) throws {
        try open { walk in
            let error = #expect(throws: SystemCallError.self) { _ = try walk.open(path, O_RDONLY).raw }
            #expect(error?.code == code)
        }
    }

    /// A slash and an accent that combines with it are one character to Swift, and two to the kernel.
    @Test func aNameThatBeginsWithAnAccentLeadsNowhereElse() throws {
        #expect(RootedPath.cleaned("/a/../\u{301}b") == "/\u{301}b")
        #expect(RootedPath.split("/a/\u{301}b") == ("/a", "\u{301}b"))
        try Data("outside".utf8).write(to: URL(fileURLWithPath: folder + "/\u{301}file"))
        try open { walk in
            let error = #expect(throws: SystemCallError.self) { _ = try walk.open("../\u{301}file", O_RDONLY).raw }
            #expect(error?.code == ENOENT)
            _ = try RootedPath(root: walk.root).directory("/../\u{301}made").raw
            #expect(access(folder + "/root/\u{301}made", F_OK) == 0)
            #expect(access(folder + "/\u{301}made", F_OK) < 0)
        }
    }

    @Test func agreesWithTheKernelAboutTheRootItself() throws {
        try open { walk in
            for path in ["/", ".", "..", "inner/..", "parent"] {
                let inode = Self.inode(try walk.open(path, O_PATH))
                let kernels = Self.inode(try RootedPath(root: walk.root).open(path, O_PATH))
                #expect(inode == kernels, "\(path)")
            }
        }
    }

    private static func inode(_ file: borrowing FileDescriptor) -> ino_t? {
        var information = stat()
        return fstat(file.raw, &information) == 0 ? information.st_ino : nil
    }
}
