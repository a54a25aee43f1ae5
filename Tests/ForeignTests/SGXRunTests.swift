import Foundation
import Testing

@Suite("inclavare sgx-run", .enabled(if: Release.isUsable, Release.need))
struct SGXRunTests {
    static func lines(_ run: Command) -> [String] { run.errors.split(whereSeparator: \.isNewline).map(String.init) }

    @Test("says once that nothing is confidential, and passes arguments, environment and exit code")
    func passesOn() throws {
        let script = "echo \"$0,$1,$INCLAVARE_SGX_TOLD,$INCLAVARE_SGX_EPC\"; exit 7"
        let run = try SGXRun.run(["sh", "-c", script, "a b", "--epc"], options: ["--epc", "64M"])
        #expect(run.status == 7 && run.text == "a b,--epc,1,64M\n", "\(run)")
        #expect(Self.lines(run) == ["inclavare: SIMULATED: software SGX, nothing here is confidential"], "\(run.errors)")
    }

    @Test("keeps what else was to be preloaded")
    func keepsPreload() throws {
        let other = "/lib/x86_64-linux-gnu/libm.so.6"
        let run = try SGXRun.run(["sh", "-c", "echo $LD_PRELOAD"], environment: ["LD_PRELOAD": other])
        #expect(run.text.hasSuffix("/libinclavare-sgx.so:\(other)\n"), "\(run.text)")
    }

    @Test(
        "refuses in one line what it cannot run",
        arguments: [
            ("nosuch-program", 127, "no such program"),
            ("./nosuch", 127, "no such program"),
            ("/etc/passwd", 126, "Permission denied"),
            ("/etc", 126, "it is a folder"),
            ("busybox", 126, "statically linked"),
        ])
    func refuses(_ program: String, _ status: Int32, _ why: String) throws {
        let run = try SGXRun.run([program])
        #expect(run.status == status && Self.lines(run).count == 1 && run.errors.contains(why), "\(run)")
    }

    @Test("judges a script by its interpreter")
    func scripts() throws {
        let folder = try TemporaryFolder()
        for (name, line, status) in [
            ("good", "#!/bin/sh -e", 0), ("static", "#! /bin/busybox sh", 126), ("missing", "#!/nosuch", 126), ("none", "", 126),
        ] {
            let path = try folder.write(name, "\(line)\nexit 0\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            #expect(try SGXRun.run([path]).status == status, "\(name)")
        }
    }

    @Test("refuses a program that gains privileges, whose loader would ignore the library")
    func privileges() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/true"
        try FileManager.default.copyItem(atPath: "/bin/true", toPath: path)
        #expect(chown(path, 65534, 65534) == 0 && chmod(path, 0o4755) == 0)
        let run = try SGXRun.run([path])
        #expect(run.status == 126 && run.errors.contains("set-user-ID"), "\(run)")
    }

    @Test("names the library it does not find")
    func library() throws {
        let run = try SGXRun.run(["true"], environment: ["INCLAVARE_SGX_LIBRARY": "/nosuch.so"])
        #expect(run.status == 1 && run.errors.contains("/nosuch.so cannot be read"), "\(run)")
    }
}
