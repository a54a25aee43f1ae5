import EnclaveBuild
import EnclaveCrypto
import Foundation
import SGX
import Testing
import Wire

@Suite("Verified mounts of an enclave")
struct VerifiedMountTests {
    let rootfs: TemporaryFolder
    let model: TemporaryFolder
    let work: TemporaryFolder

    init() throws {
        (rootfs, model, work) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
        try rootfs.write("bin/hello", "#!/bin/sh\necho hello\n", mode: 0o755)
        try fill(model)
        for name in ["bin/hello", "bin"] { RootFilesystemTests.date(rootfs.path + "/" + name) }
        try write("enclave.toml", "/bin/hello", "/model")
        try SharedKey.pem.write(toFile: work.path + "/key.pem", atomically: true, encoding: .utf8)
        try Data(TestImage.bytes).write(to: URL(fileURLWithPath: work.path + "/enclave.img"))
    }

    private func fill(_ folder: TemporaryFolder) throws {
        try folder.write("weights/first", String(repeating: "abc", count: 20000))
        try folder.write("run", "#!/bin/sh\n", mode: 0o755)
        for name in ["weights/first", "weights", "run"] { RootFilesystemTests.date(folder.path + "/" + name) }
    }

    private func write(_ name: String, _ entrypoint: String, _ mounts: String...) throws {
        let tables = mounts.map { "[[mounts]]\npath = \"\($0)\"\ntrust = \"verified\"\n" }.joined()
        try work.write(
            name, "entrypoint = \"\(entrypoint)\"\nmemory = \"16M\"\nkernel_memory = \"8M\"\nthreads = 2\n\(tables)")
    }

    @discardableResult
    private func build(
        _ output: String, manifest: String = "enclave.toml", folders: [String: String]? = nil
    ) throws -> BuiltEnclave {
        try EnclaveBuilder(
            rootfs: rootfs.path, manifest: "\(work.path)/\(manifest)", key: work.path + "/key.pem",
            image: work.path + "/enclave.img", folders: folders ?? ["/model": model.path]
        ).build(into: output)
    }

    private func refusal(_ body: () throws -> Void) -> String {
        do { try body() } catch {
            #expect(error is BuildError && !"\(error)".contains("\n"))
            return "\(error)"
        }
        Issue.record("nothing was refused")
        return ""
    }

    @Test("are measured, wherever their folders lie") func measured() throws {
        let first = try build(work.path + "/one")
        let copy = try TemporaryFolder()
        try fill(copy)
        let second = try build(work.path + "/two", folders: ["/model": copy.path + "/"])
        #expect(first.sigstruct == second.sigstruct)
        let index = try RootFilesystem(at: model.path).index()
        let mount = try #require(first.configuration.mounts.first { $0.trust == .verified })
        #expect(mount.indexRoot == index.root.bytes && mount.indexLength == UInt64(index.bytes.count) && mount.readOnly)
        let number = try #require(first.configuration.mounts.firstIndex(of: mount))
        #expect(FileManager.default.contents(atPath: "\(work.path)/one/index.\(number + 1)") == Data(index.bytes))
        #expect(try EnclaveConfiguration(decoding: first.configuration.encoded()) == first.configuration)
        try copy.write("weights/first", String(repeating: "abd", count: 20000))
        for name in ["weights/first", "weights"] { RootFilesystemTests.date(copy.path + "/" + name) }
        #expect(
            try build(work.path + "/three", folders: ["/model": copy.path]).sigstruct.enclaveHash != first.sigstruct.enclaveHash)
    }

    @Test("lie below the root filesystem where no folder is given") func source() throws {
        let text = refusal { try build(work.path + "/one", folders: [:]) }
        #expect(
            text.contains(
                "verified mount /model: \(rootfs.path)/model: there is no such folder: give it with --volume /model=FOLDER"))
        try FileManager.default.createDirectory(atPath: rootfs.path + "/model", withIntermediateDirectories: false)
        #expect(refusal { try build(work.path + "/one", folders: [:]) }.contains("it is empty"))
        try FileManager.default.removeItem(atPath: rootfs.path + "/model")
        try FileManager.default.copyItem(atPath: model.path, toPath: rootfs.path + "/model")
        try build(work.path + "/one", folders: [:])
    }

    @Test("are refused in one line where the folder is none of the manifest's, missing, or where the enclave is written")
    func badFolders() throws {
        let output = work.path + "/one"
        #expect(refusal { try build(output, folders: ["/data": model.path]) }.contains("no verified mount at /data"))
        #expect(refusal { try build(output, folders: ["/model": "/nonexistent/model"]) }.contains("there is no such folder"))
        #expect(refusal { try build(output, folders: ["/model": model.path + "/run"]) }.contains("there is no such folder"))
        #expect(refusal { try build(model.path + "/weights/out") }.contains("inside the folder of the verified mount /model"))
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @Test("may hold the entrypoint") func entrypoint() throws {
        try write("inside.toml", "/model/run", "/model")
        try build(work.path + "/one", manifest: "inside.toml")
        try write("deep.toml", "/opt/made/up/run", "/opt/made/up")
        #expect(refusal { try build(work.path + "/one", manifest: "deep.toml", folders: [:]) }.contains("no such folder"))
        try write("absent.toml", "/model/other", "/model")
        #expect(refusal { try build(work.path + "/one", manifest: "absent.toml") }.contains("/model/other: it is not in"))
        symlink("/model/run", rootfs.path + "/bin/link")
        try write("link.toml", "/bin/link", "/model")
        try build(work.path + "/one", manifest: "link.toml")
    }

    @Test("do not pass with a byte of their index changed, and name the file that differs") func checked() throws {
        let folder = work.path + "/one"
        try build(folder)
        let enclave = try BuiltFolder.load(folder)
        let tree = try enclave.tree(at: "/model")
        _ = try enclave.check()
        #expect(enclave.header(of: tree)?.inodes.count == 4)
        try IndexComparison.check(enclave, tree, against: try RootFilesystem(at: model.path))
        try model.write("weights/first", String(repeating: "abd", count: 20000))
        for name in ["weights/first", "weights"] { RootFilesystemTests.date(model.path + "/" + name) }
        let text = refusal { try IndexComparison.check(enclave, tree, against: try RootFilesystem(at: model.path)) }
        #expect(text.contains("/weights/first differs in chunk 0"))
        let file = URL(fileURLWithPath: "\(folder)/index.\(tree.rawValue)")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        #expect(refusal { _ = try BuiltFolder.load(folder).check() }.contains("index.\(tree.rawValue): its root is not the one"))
    }

    @Test("of an enclave that had more leave nothing behind when it is built anew") func replaced() throws {
        let folder = work.path + "/one"
        try write("two.toml", "/bin/hello", "/model", "/other")
        try build(folder, manifest: "two.toml", folders: ["/model": model.path, "/other": model.path])
        try build(folder)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(left == ["config", "enclave.img", "index", "index.1", "manifest.toml", "sigstruct"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: work.path).filter { $0.contains(".old") }.isEmpty)
    }
}
