import Foundation
import Testing

/// What an enclave does when the files beneath it are not those that were measured.
@Suite("Verified files", .enabled(if: Release.isUsable, Release.need)) struct VerifiedFileTests {
    @Test("One changed byte of a library is an I/O error, and the log names file and chunk") func tamperedFile() throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        let enclave = try Enclave(running: ["/usr/bin/python3", "-c", "import json"], over: rootfs)
        #expect(try enclave.run().status == 0)
        try flip(50, of: "\(rootfs)/usr/lib/python3.11/json/__init__.py")
        let run = try enclave.run()
        #expect(run.status != 0)
        #expect(run.errors.contains("Input/output error"))
        #expect(run.errors.contains("verified file /usr/lib/python3.11/json/__init__.py: chunk 0 does not match the index"))
    }

    @Test("A file that vanished or became shorter is an I/O error, not an absent or a shorter file") func missingFile() throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        let enclave = try Enclave(running: ["/usr/bin/busybox", "cat", "/app/secret"], over: rootfs.adding("secret", bytes: 40000))
        #expect(try enclave.run().output.count == 40000)
        try Data(repeating: 7, count: 39999).write(to: URL(filePath: "\(rootfs)/app/secret"))
        let shorter = try enclave.run()
        #expect(shorter.status != 0)
        #expect(shorter.errors.contains("Input/output error"))
        try FileManager.default.removeItem(atPath: "\(rootfs)/app/secret")
        let gone = try enclave.run()
        #expect(gone.status != 0)
        #expect(gone.errors.contains("Input/output error"))
    }

    @Test("A file added afterwards does not exist, and a listing does not show it") func addedFile() throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        let enclave = try Enclave(running: ["/usr/bin/busybox", "ls", "/app", "/app/new"], over: rootfs.adding("old", bytes: 10))
        _ = rootfs.adding("new", bytes: 10)
        let run = try enclave.run()
        #expect(run.text.contains("old"))
        #expect(!run.text.contains("new"))
        #expect(run.errors.contains("No such file or directory"))
    }

    @Test(
        "One changed byte of an enclave's own file is refused with a line that says what",
        arguments: [
            ("enclave.img", [0, 0x20, 0x3100, 200_000, -1]), ("sigstruct", [0, 900, 1807]), ("config", [0, 20, -1]),
            ("index", [0, 80, -1]),
        ])
    func tamperedFolder(name: String, places: [Int]) throws {
        let enclave = try Enclave(running: ["/usr/bin/busybox", "echo", "hello"])
        let file = "\(enclave.folder.path)/enclave/\(name)"
        let size = try Data(contentsOf: URL(filePath: file)).count
        for place in places.map({ $0 < 0 ? size + $0 : $0 }) {
            try flip(place, of: file)
            let run = try enclave.run()
            #expect(run.status != 0, "byte \(place) of \(name)")
            #expect(run.text == "")
            let line = run.errors.split(separator: "\n").last ?? ""
            print("\(name), byte \(place): \(line)")
            #expect(line.hasPrefix("inclavare: "))
            try flip(place, of: file)
        }
        #expect(try enclave.run().text == "hello\n")
    }

    @Test("A byte of the index that a run did not reach is found by measuring the folder") func measuredIndex() throws {
        let enclave = try Enclave(running: ["/usr/bin/busybox", "echo", "hello"])
        let file = "\(enclave.folder.path)/enclave/index"
        try flip(try Data(contentsOf: URL(filePath: file)).count / 2, of: file)
        let measured = try Command.run([Release.inclavare, "measure", "\(enclave.folder.path)/enclave"])
        #expect(measured.status != 0)
        #expect(measured.errors.contains("index"))
    }

    private func flip(_ place: Int, of path: String) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(place))
        let byte = try file.read(upToCount: 1)?.first ?? 0
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: [byte ^ 0x01])
        try file.close()
    }
}

extension String {
    /// This root filesystem with a file in /app.
    fileprivate func adding(_ name: String, bytes: Int) -> String {
        _ = FileManager.default.createFile(atPath: "\(self)/app/\(name)", contents: Data(repeating: 7, count: bytes))
        return self
    }
}
