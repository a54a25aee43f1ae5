import Foundation
import Testing

/// What users expect of mounts that Docker and Linux have as well.
@Suite("Mounts", .enabled(if: Release.isUsable, Release.need)) struct MountTests {
    @Test("An untrusted mount whose source is missing is refused at the start, with what to do") func missingSource() throws {
        let mount = "[[mounts]]\npath = \"/shared\"\ntrust = \"untrusted\"\nsource = \"/nowhere/at/all\"\n"
        let run = try Enclave(running: ["/usr/bin/busybox", "ls", "/shared"], mount).run()
        #expect(run.status != 0 && run.text.isEmpty)
        let line = run.errors.split(separator: "\n").last ?? ""
        #expect(line.contains("/nowhere/at/all, the source of the untrusted mount /shared (make it"), "\(run.errors)")
    }

    @Test("A new volume has owner and mode of the image's directory, so its user can write there") func owner() throws {
        let folder = try TemporaryFolder()
        let rootfs = try TestTree.copy(into: folder)
        for (name, mode) in [("owned", mode_t(0o2750)), ("other", 0o755)] {
            try FileManager.default.createDirectory(atPath: "\(rootfs)/\(name)", withIntermediateDirectories: false)
            chown("\(rootfs)/\(name)", name == "owned" ? 1000 : 7, 1000)
            chmod("\(rootfs)/\(name)", mode)
        }
        let mounts = ["/owned", "/other", "/made/up"].map {
            "[[mounts]]\npath = \"\($0)\"\ntrust = \"encrypted\"\nsource = \"/nowhere\"\n"
        }
        let program = """
            import os, stat
            for name in ('/owned', '/other', '/made/up'):
                s = os.stat(name)
                print(s.st_uid, s.st_gid, oct(stat.S_IMODE(s.st_mode)))
            open('/owned/file', 'w').close()
            try: open('/other/file', 'w')
            except OSError as e: print(e.errno)
            """
        let python = try Enclave(
            running: ["/usr/bin/python3", "-c", program], over: rootfs, "user = \"1000:1000\"\n" + mounts.joined())
        let options = ["/owned", "/other", "/made/up"].flatMap {
            ["--volume", "\($0)=\(folder.path)/kept\($0.replacing("/", with: "-"))"]
        }
        let run = try python.run(options: options)
        #expect(run.text == "1000 1000 0o2750\n7 1000 0o755\n0 0 0o755\n13\n", "\(run.text) \(run.errors)")
    }

    @Test("Files in memory that fill kernel memory are ENOSPC, and one line says what to raise") func fullMemory() throws {
        let program = """
            import os
            for name in ('/tmp/a', '/tmp/b'):
                try:
                    with open(name, 'wb', 0) as f:
                        while f.write(bytes(1 << 20)) == 1 << 20: pass
                        f.write(b'x' * 8192)
                except OSError as e: print(e.errno)
            """
        let run = try Enclave(running: ["/usr/bin/python3", "-c", program]).run()
        #expect(run.text == "28\n28\n", "\(run.text)")
        let lines = run.errors.split(separator: "\n").filter { $0.contains("no space for files in memory") }
        #expect(lines.count == 1 && lines.first?.contains("12 MiB, is used up; raise it") == true, "\(run.errors)")
    }

    @Test("A temporary mount that reaches its own size is ENOSPC without a word") func fullMount() throws {
        let program =
            "import os\ntry: open('/small/a', 'wb', 0).write(bytes(2 << 20)); open('/small/b', 'wb', 0).write(b'x')\n"
            + "except OSError as e: print(e.errno)"
        let mount = "[[mounts]]\npath = \"/small\"\ntrust = \"temporary\"\nsize = \"1M\"\n"
        let run = try Enclave(running: ["/usr/bin/python3", "-c", program], mount).run()
        #expect(run.text == "28\n" && !run.errors.contains("no space"), "\(run.text) \(run.errors)")
    }
}
