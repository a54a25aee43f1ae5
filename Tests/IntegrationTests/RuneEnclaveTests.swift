import Foundation
import Testing

@Suite(.serialized, .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneEnclaveTests {
    @Test func theProgramRunsInTheEnclaveAndItsStatusIsThatOfRun() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "sh", "-c", "echo from inside; exit 5"]) else { return }
        let result = try bundle.run()
        #expect(result.status == 5, "\(result.errors)")
        #expect(result.output == "from inside\n")
        #expect(result.errors.contains("SIMULATED"))
        #expect(try bundle.leftovers() == [])
    }

    @Test func anEnclaveIsInitialisedByCreateAndEnteredByStart() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "sh", "-c", "while true; do x=1; done"]) else { return }
        let created = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
        #expect(created.status == 0, "\(created.errors)")
        #expect(try bundle.rune("state", bundle.id).output.contains("\"status\": \"created\""))
        #expect(try bundle.rune("start", bundle.id).status == 0)
        #expect(try bundle.rune("state", bundle.id).output.contains("\"status\": \"running\""))
        #expect(try bundle.rune("kill", bundle.id, "TERM").status == 0)
        for _ in 0..<200 where try !bundle.rune("state", bundle.id).output.contains("stopped") { usleep(10_000) }
        #expect(try bundle.rune("delete", bundle.id).status == 0)
        #expect(try bundle.leftovers() == [])
    }

    @Test func killSendsTheProgramItsSignal() throws {
        let script = "trap 'exit 9' TERM; while true; do x=1; done"
        guard let bundle = try RuneBundle.withEnclave(["busybox", "sh", "-c", script]) else { return }
        try bundle.write()
        let steps = """
            "$1" --root "$2" run --bundle "$3" "$4" &
            until "$1" --root "$2" state "$4" | grep -q '"status": "running"'; do sleep 0.05; done
            sleep 0.3
            "$1" --root "$2" kill "$4" TERM
            wait $!
            """
        let ended = try RuneOutput(
            running: "/bin/sh", ["-c", steps, "sh", RuneBundle.executable, bundle.stateRoot.path, bundle.folder.path, bundle.id])
        #expect(ended.status == 9, "\(ended.errors)")
    }

    @Test func aDamagedEnclaveIsAnErrorOfCreateThatNamesItsCause() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "true"]) else { return }
        let folder = bundle.rootfs.appendingPathComponent(".inclavare")
        // In SIGSTRUCT the measurement, in the image its code, in the configuration its magic.
        let image = [UInt8](try Data(contentsOf: folder.appendingPathComponent("enclave.img")))
        for (file, place, message) in [
            ("sigstruct", 970, "EINIT"), ("enclave.img", Self.code(image), "EINIT"), ("config", 0, "config"),
        ] {
            let path = folder.appendingPathComponent(file)
            let good = try Data(contentsOf: path)
            var bad = good
            bad[place] ^= 1
            try bad.write(to: path)
            let result = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
            #expect(result.status == 1 && result.errors.contains(message), "\(file): \(result.errors)")
            #expect(try bundle.leftovers() == [])
            try good.write(to: path)
        }
        try FileManager.default.removeItem(at: folder.appendingPathComponent("index"))
        let result = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
        #expect(result.status == 1 && result.errors.contains("/.inclavare/index: No such file or directory"))
    }

    @Test func aVerifiedMountIsReadFromTheBundlesMountAndFromNothingElse() throws {
        let model = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: model, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: model) }
        try Data("weights\n".utf8).write(to: model.appendingPathComponent("file"))
        let mount = "[[mounts]]\npath = \"/model\"\ntrust = \"verified\"\n"
        guard
            let bundle = try RuneBundle.withEnclave(
                ["busybox", "cat", "/model/file"], mount, building: ["--volume", "/model=\(model.path)"])
        else { return }
        let without = try bundle.rune("run", "--bundle", bundle.folder.path, bundle.id)
        #expect(without.status == 1 && without.errors.contains("the folder of the verified mount /model"), "\(without.errors)")
        let mounts = bundle.configuration["mounts"] as? [[String: Any]] ?? []
        bundle.configuration["mounts"] =
            mounts + [["destination": "/model", "type": "bind", "source": model.path, "options": ["bind", "ro"]]]
        let result = try bundle.rune("run", "--bundle", bundle.folder.path, bundle.id)
        #expect(result.status == 0 && result.output == "weights\n", "\(result.errors)")
    }

    /// A place in the first executable segment of an ELF file.
    private static func code(_ image: [UInt8]) -> Int {
        func number(_ offset: Int, _ length: Int) -> Int { (0..<length).reversed().reduce(0) { $0 << 8 | Int(image[offset + $1]) } }
        let headers = (0..<number(56, 2)).map { number(32, 8) + $0 * number(54, 2) }
        let executable = headers.first { number($0, 4) == 1 && number($0 + 4, 4) & 1 == 1 } ?? headers[0]
        return number(executable + 8, 8) + 64
    }

    @Test func whatTheManifestDoesNotAllowIsRefusedByCreateInTheEnclavesWords() throws {
        guard let bundle = try RuneBundle.withEnclave(["busybox", "true"]) else { return }
        bundle.change("process", ["cwd": "/etc"])
        let result = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
        #expect(result.status == 1)
        #expect(result.errors.contains("the enclave refused to start: working directory is not one the manifest allows: /etc"))
        #expect(try bundle.leftovers() == [])
    }

    @Test func anImageWithoutAnEnclaveAndOneThatNamesHostCodeAreRefused() throws {
        let bundle = try RuneBundle("")
        bundle.configuration["annotations"] = ["enclave.type": "intelSgx"]
        var result = try bundle.run()
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot open /.inclavare in the root filesystem: No such file or directory"))
        bundle.configuration["annotations"] = ["enclave.type": "intelSgx", "enclave.runtime.path": "/x.so"]
        result = try bundle.run()
        #expect(result.status == 1 && result.errors.contains("the annotation enclave.runtime.path is refused"))
        #expect(try bundle.leftovers() == [])
    }
}
