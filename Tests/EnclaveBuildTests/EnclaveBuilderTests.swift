import EnclaveBuild
import EnclaveCrypto
import Foundation
import SGX
import Testing
import Wire

@Suite("Building an enclave")
struct EnclaveBuilderTests {
    let rootfs: TemporaryFolder
    let work: TemporaryFolder

    init() throws {
        rootfs = try TemporaryFolder()
        work = try TemporaryFolder()
        try rootfs.write("bin/hello", "#!/bin/sh\necho hello\n", mode: 0o755)
        try rootfs.write("etc/motd", "welcome")
        for name in ["bin/hello", "etc/motd", "bin", "etc"] { RootFilesystemTests.date(rootfs.path + "/" + name) }
        try work.write("enclave.toml", "entrypoint = \"/bin/hello\"\nmemory = \"16M\"\nkernel_memory = \"8M\"\nthreads = 2\n")
        try SharedKey.pem.write(toFile: work.path + "/key.pem", atomically: true, encoding: .utf8)
        try Data(TestImage.bytes).write(to: URL(fileURLWithPath: work.path + "/enclave.img"))
    }

    @discardableResult
    func build(
        _ output: String, manifest: String = "enclave.toml", key: String = "key.pem", image: String = "enclave.img"
    ) throws -> BuiltEnclave {
        try EnclaveBuilder(
            rootfs: rootfs.path, manifest: "\(work.path)/\(manifest)", key: "\(work.path)/\(key)", image: "\(work.path)/\(image)"
        ).build(into: output)
    }

    func refusal(_ body: () throws -> Void) -> String {
        do { try body() } catch {
            let text = "\(error)"
            #expect(error is BuildError)
            #expect(!text.contains("\n") && text.contains(": "))
            return text
        }
        Issue.record("nothing was refused")
        return ""
    }

    @Test("twice, into different folders, gives the same MRENCLAVE and the same files")
    func deterministic() throws {
        let first = try build(work.path + "/one")
        let second = try build(rootfs.path + "/.inclavare")
        let third = try build(rootfs.path + "/.inclavare/")
        #expect(first.sigstruct == second.sigstruct)
        #expect(first.sigstruct == third.sigstruct)
        for name in ["enclave.img", "sigstruct", "index", "config", "manifest.toml"] {
            #expect(
                FileManager.default.contents(atPath: "\(work.path)/one/\(name)")
                    == FileManager.default.contents(atPath: "\(rootfs.path)/.inclavare/\(name)"))
        }
        #expect(try BuiltFolder.load(rootfs.path).check() == first.sigstruct.enclaveHash)
        let left = try FileManager.default.contentsOfDirectory(atPath: rootfs.path)
        #expect(left.sorted() == [".inclavare", "bin", "etc"])
    }

    @Test("gives the MRENCLAVE that a script computes from image and configuration")
    func independentMeasurement() throws {
        let manifest =
            "entrypoint = \"/bin/hello\"\nmemory = \"16M\"\nkernel_memory = \"8M\"\nthreads = 2\nmemory_mode = \"fixed\"\n"
        try work.write("fixed.toml", manifest)
        let built = try build(work.path + "/one", manifest: "fixed.toml")
        let script = SourceTree.path("Tests/EnclaveBuildTests/recompute.py")
        let folder = work.path + "/one"
        let printed = try Tool.run("/usr/bin/env", ["python3", script, "measure", folder + "/enclave.img", folder + "/config"])
        let expected = built.sigstruct.enclaveHash.bytes.map { String(format: "%02x", $0) }.joined()
        #expect(printed == "mrenclave \(expected)\n")
    }

    @Test("with one more variable gives another MRENCLAVE")
    func otherManifest() throws {
        let first = try build(work.path + "/one")
        try work.write(
            "other.toml", (try String(contentsOfFile: work.path + "/one/manifest.toml", encoding: .utf8)) + "[env]\nA = \"b\"\n")
        let second = try build(work.path + "/two", manifest: "other.toml")
        #expect(first.sigstruct.enclaveHash != second.sigstruct.enclaveHash)
        #expect(first.configuration.indexRoot == second.configuration.indexRoot)
    }

    @Test("is refused for bad inputs in one line each, and leaves nothing behind")
    func badInputs() throws {
        try work.write("typo.toml", "entrypoint = \"/bin/hello\"\nthread = 1\n")
        try work.write("missing.toml", "entrypoint = \"/bin/other\"\n")
        try work.write("elf.toml", "entrypoint = \"/bin/cut\"\n")
        try work.write("bad.pem", "-----BEGIN nothing-----\n")
        try work.write("cut.img", "\u{7f}ELF\u{2}\u{1}")
        let elf = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/exe"), options: .alwaysMapped)
        try Data(elf[..<5000]).write(to: URL(fileURLWithPath: rootfs.path + "/bin/cut"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: rootfs.path + "/bin/cut")
        let output = work.path + "/out"
        #expect(refusal { try build(output, manifest: "typo.toml") }.contains("typo.toml:2:1: thread: unknown key"))
        #expect(refusal { try build(output, manifest: "none.toml") }.contains("cannot read the manifest"))
        #expect(refusal { try build(output, manifest: "missing.toml") }.contains("/bin/other: it is not in the root filesystem"))
        #expect(refusal { try build(output, manifest: "elf.toml") }.contains("cut off"))
        #expect(refusal { try build(output, key: "bad.pem") }.contains("not an RSA private key"))
        #expect(refusal { try build(output, image: "cut.img") }.contains("truncated"))
        #expect(refusal { try build(rootfs.path + "/etc/enclave") }.contains("inside the root filesystem"))
        #expect(refusal { try build(rootfs.path + "/bin") }.contains("inside the root filesystem"))
        #expect(refusal { try build(work.path) }.contains("something else than an enclave"))
        #expect(refusal { try build("/dev/full/out") }.contains("cannot write"))
        #expect(!FileManager.default.fileExists(atPath: output))
        let left = try FileManager.default.contentsOfDirectory(atPath: work.path).filter { $0.contains("out") }
        #expect(left.isEmpty)
    }

    @Test("a folder with one byte changed in any of its files does not pass")
    func changedFiles() throws {
        let folder = work.path + "/one"
        try build(folder)
        for name in ["enclave.img", "sigstruct", "index", "config"] {
            let file = URL(fileURLWithPath: "\(folder)/\(name)")
            let good = try Data(contentsOf: file)
            // The image's last bytes are in no segment: whoever changes them changes nothing.
            for place in [good.count / 3, good.count / 2, name == "enclave.img" ? 0 : good.count - 1] {
                var bad = good
                bad[place] ^= 1
                try bad.write(to: file)
                let text = refusal { _ = try BuiltFolder.load(folder).check() }
                #expect(!text.isEmpty, "\(name) at \(place)")
            }
            try good.write(to: file)
        }
        _ = try BuiltFolder.load(folder).check()
    }

    @Test("names the file that no longer is what the index says")
    func comparison() throws {
        let folder = work.path + "/one"
        try build(folder)
        let enclave = try BuiltFolder.load(folder)
        try IndexComparison.check(enclave, against: try RootFilesystem(at: rootfs.path))
        try rootfs.write("etc/motd", "wellcom")
        RootFilesystemTests.date(rootfs.path + "/etc/motd")
        let text = refusal { try IndexComparison.check(enclave, against: try RootFilesystem(at: rootfs.path)) }
        #expect(text.contains("/etc/motd differs in chunk 0"))
        try FileManager.default.removeItem(atPath: rootfs.path + "/etc/motd")
        RootFilesystemTests.date(rootfs.path + "/etc")
        let other = refusal { try IndexComparison.check(enclave, against: try RootFilesystem(at: rootfs.path)) }
        #expect(other.contains("/etc/motd is missing"))
    }
}
