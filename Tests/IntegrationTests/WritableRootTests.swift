import Foundation
import Testing

/// A root whose changes are sealed in a file of the host: as large as the host allows, and gone with the enclave.
@Suite("An encrypted layer over the root", .enabled(if: Release.isUsable, Release.need)) struct WritableRootTests {
    private static func enclave(_ program: String, size: String? = nil) throws -> Enclave {
        let more = "[root]\nwritable = \"encrypted\"\n" + (size.map { "size = \"\($0)\"\n" } ?? "")
        return try Enclave(running: ["/usr/bin/python3", "-c", program], more)
    }

    @Test("A program writes several times the enclave's memory, reads it back, and leaves the host nothing") func large() throws {
        let program = """
            import hashlib, os
            piece = bytes(range(256)) * 4096
            written = hashlib.sha256()
            with open('/large', 'wb') as f:
                for number in range(400):
                    data = number.to_bytes(4, 'little') + piece
                    written.update(data)
                    f.write(data)
            found = hashlib.sha256()
            with open('/large', 'rb') as f:
                while data := f.read(1 << 20):
                    found.update(data)
            with open('/tmp/second', 'wb') as f:
                f.write(piece * 100)
            print(found.digest() == written.digest(), os.path.getsize('/tmp/second'))
            """
        let enclave = try Self.enclave(program)
        let folder = try TemporaryFolder()
        let run = try enclave.run(options: ["--scratch", folder.path])
        #expect(run.text == "True 104857600\n", "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        // Nothing of one run is in the next.
        #expect(try enclave.run(options: ["--scratch", folder.path]).text == run.text)
    }

    @Test("Files of the image are changed in part, and the rest stays the image's") func image() throws {
        let program = """
            import os
            path = os.__file__
            text = open(path, 'rb').read()
            with open(path, 'r+b') as f:
                f.seek(20000)
                f.write(b'INSIDE')
            changed = text[:20000] + b'INSIDE' + text[20006:]
            print(open(path, 'rb').read() == changed)
            os.truncate(path, 20003)
            os.truncate(path, 30000)
            print(open(path, 'rb').read() == changed[:20003] + bytes(9997))
            """
        let run = try Self.enclave(program).run()
        #expect(run.text == "True\nTrue\n", "\(run.errors)")
    }

    @Test("Where there is no more room a write fails, what was written stays, and removing makes room") func full() throws {
        let program = """
            import errno, os
            def fill(path):
                written = 0
                with open(path, 'wb', buffering=0) as f:
                    try:
                        while True:
                            written += f.write(bytes([written >> 16 & 255]) * 65536)
                    except OSError as error:
                        print(errno.errorcode[error.errno])
                return written
            first = fill('/first')
            data = open('/first', 'rb').read()
            print(first > 8 << 20, len(data) == first, data[-1] == (first - 1) >> 16 & 255)
            os.truncate('/first', 4097)
            os.unlink('/first')
            print(fill('/tmp/second') > first * 9 // 10)
            """
        let expected = "ENOSPC\nTrue True True\nENOSPC\nTrue\n"
        let limited = try Self.enclave(program, size: "16M").run()
        #expect(limited.text == expected, "\(limited.errors)")
        // The same when it is the host that has none.
        let enclave = try Self.enclave(program)
        let folder = try TemporaryFolder()
        let command = """
            mount -t tmpfs -o size=16M tmpfs '\(folder.path)' &&
            exec '\(Release.inclavare)' run --rootfs '\(enclave.rootfs)' --scratch '\(folder.path)' '\(enclave.folder.path)/enclave'
            """
        let given = try Command.run(["unshare", "--mount", "--", "/bin/sh", "-c", command], within: 120)
        #expect(given.text == expected, "\(given.errors)")
    }

    @Test("A folder that does not take it is named before the program starts") func missing() throws {
        let run = try Self.enclave("print('ran')").run(options: ["--scratch", "/nowhere/at-all"])
        #expect(run.status != 0 && run.text.isEmpty)
        #expect(run.errors.contains("make a file for the writable layer in /nowhere/at-all"), "\(run.errors)")
    }

    @Test("What programs find natively, they find in it") func conformance() throws {
        let run = try Command.run(
            [
                "\(Command.packageRoot)/Scripts/conformance", "--dynamic", "--manifest", "[root]\nwritable = \"encrypted\"",
                "files", "names", "contents", "locks", "rights", "volumes", "exec", "memory/shared-files", "memory/second-views",
            ],
            environment: ["INCLAVARE_BIN": Release.inclavare, "INCLAVARE_CACHE": TestTree.cache], within: 600)
        #expect(run.status == 0, "\(run.text) \(run.errors)")
    }
}
