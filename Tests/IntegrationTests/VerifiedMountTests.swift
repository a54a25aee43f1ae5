import Foundation
import Testing

/// Folders outside the root filesystem that are measured as it is.
@Suite("Verified mounts", .enabled(if: Release.isUsable, Release.need)) struct VerifiedMountTests {
    private static let mount = "[[mounts]]\npath = \"/model\"\ntrust = \"verified\"\n"

    /// A folder with two weights of 300 KB, a link, a directory and a program.
    private final class Model {
        let folder: TemporaryFolder
        var options: [String] { ["--volume", "/model=\(folder.path)"] }

        init() throws {
            folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: "\(folder.path)/deep/er", withIntermediateDirectories: true)
            for (name, byte) in [("first", UInt8(1)), ("second", 2)] {
                try Data(repeating: byte, count: 300_000).write(to: URL(filePath: "\(folder.path)/\(name)"))
            }
            symlink("first", folder.path + "/link")
            try FileManager.default.copyItem(
                atPath: "\(TestTree.shared.get())/usr/bin/busybox", toPath: "\(folder.path)/deep/er/busybox")
            chmod("\(folder.path)/deep/er/busybox", 0o750)
            chmod("\(folder.path)/second", 0o604)
        }

        func change(_ name: String, at place: Int) throws {
            let file = try FileHandle(forUpdating: URL(filePath: "\(folder.path)/\(name)"))
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: [9])
            try file.close()
        }
    }

    private static func python(_ program: String, _ model: Model) throws -> Enclave {
        try Enclave(running: ["/usr/bin/python3", "-c", program], mount, building: model.options)
    }

    @Test("A program finds names, modes, links and bytes as they were measured, and can change nothing") func reading() throws {
        let model = try Model()
        let enclave = try Self.python(
            """
            import os, mmap
            print(sorted(os.listdir('/model')), os.readlink('/model/link'), oct(os.stat('/model/second').st_mode))
            print(sum(open('/model/link', 'rb').read()), sum(mmap.mmap(os.open('/model/second', 0), 0, prot=1)[:]))
            for change in (lambda: open('/model/new', 'w'), lambda: open('/model/first', 'r+'), lambda: os.unlink('/model/first'),
                           lambda: os.chmod('/model', 0o700), lambda: os.rename('/model/first', '/tmp/first'),
                           lambda: os.mkdir('/model/deep/x'), lambda: os.utime('/model/first')):
                try: change(); print('changed')
                except OSError as e: print(e.errno, end=' ')
            print([l.split()[1:4] for l in open('/proc/mounts') if l.split()[1] == '/model'])
            """, model)
        let run = try enclave.run(options: model.options)
        #expect(
            run.text == """
                ['deep', 'first', 'link', 'second'] first 0o100604
                300000 600000
                30 30 30 30 18 30 30 [['/model', 'verified', 'ro,nosuid']]

                """, "\(run.text) \(run.errors)")
    }

    @Test("Programs run from it") func executing() throws {
        let model = try Model()
        let enclave = try Enclave(
            running: ["/model/deep/er/busybox", "echo", "from", "there"], Self.mount, building: model.options)
        let run = try enclave.run(options: model.options)
        #expect(run.text == "from there\n", "\(run.errors)")
    }

    @Test("A changed byte, a shorter file and a missing one are I/O errors that name file and chunk; what was added is not seen")
    func changes() throws {
        let model = try Model()
        let enclave = try Self.python(
            """
            import os
            for name in ('first', 'second', 'new'):
                try: print(name, len(open('/model/' + name, 'rb').read()))
                except OSError as e: print(name, e.errno)
            print(sorted(os.listdir('/model')))
            """, model)
        try model.change("second", at: 200_000)
        try Data("new".utf8).write(to: URL(filePath: "\(model.folder.path)/new"))
        let run = try enclave.run(options: model.options)
        #expect(run.text == "first 300000\nsecond 5\nnew 2\n['deep', 'first', 'link', 'second']\n", "\(run.text)")
        #expect(run.errors.contains("verified file /model/second: chunk 12 does not match the index"), "\(run.errors)")
        try Data(repeating: 1, count: 299_999).write(to: URL(filePath: "\(model.folder.path)/first"))
        try FileManager.default.removeItem(atPath: "\(model.folder.path)/second")
        #expect(try enclave.run(options: model.options).text.hasPrefix("first 5\nsecond 5\nnew 2\n"))
    }

    @Test("A folder, or an index, that is not there is told at the start; another index is refused") func missing() throws {
        let model = try Model()
        let enclave = try Self.python("print(1)", model)
        for options in [[], ["--volume", "/model=/nonexistent"]] {
            let run = try enclave.run(options: options)
            #expect(run.status != 0 && run.text.isEmpty)
            #expect(run.errors.contains("the folder of the verified mount /model (give it with --volume"), "\(run.errors)")
        }
        let index = URL(filePath: "\(enclave.folder.path)/enclave/index.1")
        let good = try Data(contentsOf: index)
        var bad = good
        bad[good.count - 1] ^= 1
        try bad.write(to: index)
        let refused = try enclave.run(options: model.options)
        #expect(
            refused.errors.contains("the verified mount /model's index, reading the top of the tree: block"), "\(refused.errors)")
        try FileManager.default.removeItem(at: index)
        #expect(try enclave.run(options: model.options).errors.contains("index.1: No such file"))
        try good.write(to: index)
        #expect(try enclave.run(options: model.options).text == "1\n")
    }

    @Test("inspect shows it, measure checks it and compares it with a folder") func tools() throws {
        let model = try Model()
        let enclave = try Self.python("print(1)", model)
        let folder = "\(enclave.folder.path)/enclave"
        let shown = try Command.run([Release.inclavare, "inspect", folder])
        #expect(shown.text.contains("verified from /model, index "), "\(shown.text)")
        #expect(try Command.run([Release.inclavare, "measure", folder] + model.options).status == 0)
        try model.change("first", at: 20_000)
        let differs = try Command.run([Release.inclavare, "measure", folder] + model.options)
        #expect(differs.status != 0 && differs.errors.contains("/first"), "\(differs.errors)")
    }
}
