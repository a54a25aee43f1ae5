import EnclaveBuild
import EnclaveCrypto
import Foundation
import Glibc
import Testing
import Wire

@Suite("A root filesystem")
struct RootFilesystemTests {
    func makeTree() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("bin/program", "#!/bin/sh\n", mode: 0o755)
        try folder.write("etc/large", String(repeating: "0123456789abcdef", count: 3000))
        try folder.write("etc/empty", "")
        try folder.write(".inclavare/config", "not part of it")
        symlink("/../../etc/passwd", folder.path + "/etc/link")
        link(folder.path + "/etc/large", folder.path + "/etc/zz-same")
        mkfifo(folder.path + "/etc/fifo", 0o600)
        for name in ["bin/program", "etc/large", "etc/empty", "etc", "bin", "etc/fifo"] { Self.date(folder.path + "/" + name) }
        var times = [timespec(tv_sec: 1_600_000_000, tv_nsec: 5), timespec(tv_sec: 1_600_000_000, tv_nsec: 5)]
        utimensat(AT_FDCWD, folder.path + "/etc/link", &times, AT_SYMLINK_NOFOLLOW)
        Self.date(folder.path + "/etc")
        return folder
    }

    static func date(_ path: String) {
        var times = [timespec(tv_sec: 1_600_000_000, tv_nsec: 5), timespec(tv_sec: 1_600_000_000, tv_nsec: 5)]
        utimensat(AT_FDCWD, path, &times, 0)
    }

    @Test("gives the same index wherever it lies, and whatever is in /.inclavare")
    func deterministic() throws {
        let a = try makeTree()
        let b = try makeTree()
        try b.write(".inclavare/more", "files")
        let first = try RootFilesystem(at: a.path).index()
        let second = try RootFilesystem(at: b.path + "/").index()
        #expect(first.root == second.root)
        #expect(first.bytes == second.bytes)
        try b.write("etc/one-more", "")
        #expect(try RootFilesystem(at: b.path).index().root != first.root)
    }

    @Test("is recorded with links as they are, hard links as one inode, chunks hashed")
    func contents() throws {
        let folder = try makeTree()
        let filesystem = try RootFilesystem(at: folder.path)
        let image = try filesystem.index()
        let reader = try IndexReader(source: BytesSource(image.bytes), root: image.root, length: UInt64(image.bytes.count))
        let root = try reader.inode(0)
        #expect(root.size == 2)
        #expect(root.modificationSeconds == 1_600_000_000)
        let etc = try reader.inode(try #require(try lookup("etc", root, reader)))
        let large = try #require(try lookup("large", etc, reader))
        #expect(try lookup("zz-same", etc, reader) == large)
        let inode = try reader.inode(large)
        #expect(inode.size == 48000)
        #expect(inode.linkCount == 2)
        let last = Array(String(repeating: "0123456789abcdef", count: 3000).utf8)[32768...]
        #expect(try reader.chunkDigest(2, of: inode) == SHA256.hash(Array(last)))
        #expect(throws: IndexError.malformed) { try reader.chunkDigest(3, of: inode) }
        let target = try reader.linkTarget(of: try reader.inode(try #require(try lookup("link", etc, reader))))
        #expect(target == Array("/../../etc/passwd".utf8))
        #expect(try reader.inode(try #require(try lookup("fifo", etc, reader))).mode == 0o010600)
        #expect(filesystem.entryCount == 8)
    }

    @Test("has its index root recomputed by a script that knows only the format")
    func independentRoot() throws {
        let folder = try makeTree()
        let image = try RootFilesystem(at: folder.path).index()
        let file = try TemporaryFolder()
        try Data(image.bytes).write(to: URL(fileURLWithPath: file.path + "/index"))
        let printed = try Tool.run(
            "/usr/bin/env", ["python3", SourceTree.path("Tests/EnclaveBuildTests/recompute.py"), "index", file.path + "/index"])
        let root = image.root.bytes.map { String(format: "%02x", $0) }.joined()
        #expect(printed.split(separator: "\n").first == "root \(root)")
        #expect(printed.contains("bin/program 100755"))
    }

    @Test("that is not there, or changes file systems, is one line")
    func refused() {
        #expect(throws: BuildError.self) { try RootFilesystem(at: "/nonexistent/rootfs") }
        do throws(BuildError) { _ = try RootFilesystem(at: "/proc/self/") } catch { #expect(!error.description.contains("\n")) }
    }

    private func lookup(_ name: String, _ directory: IndexInode, _ reader: IndexReader<BytesSource>) throws -> UInt32? {
        try Array(name.utf8).withUnsafeBytes { try reader.lookup($0, in: directory) }
    }
}

/// An index in memory.
final class BytesSource: IndexBlockSource {
    private let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError) {
        guard offset <= UInt64(bytes.count), buffer.count <= bytes.count - Int(offset) else { throw .unavailable }
        buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + buffer.count])
    }
}
