import Foundation
import Testing

@Suite("inclavare sgx-run", .enabled(if: Release.isUsable, Release.need))
struct SGXRunTests {
    static func lines(_ run: Command) -> [String] { run.errors.split(whereSeparator: \.isNewline).map(String.init) }

    /// Files to be executed are written by another process: while this one forks, a child could still have them open for writing.
    static func made(_ script: String) throws {
        let run = try Command.run(["sh", "-c", script])
        try #require(run.status == 0, "\(run.errors)")
    }

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
            let path = "\(folder.path)/\(name)"
            try Self.made("printf '%s\nexit 0\n' '\(line)' > \(path) && chmod 755 \(path)")
            #expect(try SGXRun.run([path]).status == status, "\(name)")
        }
    }

    @Test("refuses a program that gains privileges, whose loader would ignore the library")
    func privileges() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/true"
        try Self.made("cp /bin/true \(path) && chown 65534:65534 \(path) && chmod 4755 \(path)")
        let run = try SGXRun.run([path])
        #expect(run.status == 126 && run.errors.contains("set-user-ID"), "\(run)")
    }

    @Test("says before it starts anything that the machine's root key cannot be had")
    func rootKey() throws {
        // A copy, since another user may not reach this package.
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o755)
        for name in ["inclavare", "libinclavare-sgx.so"] {
            try Self.made("cp '\(Release.folder)/\(name)' '\(folder.path)/'")
        }
        let words = ["\(folder.path)/inclavare", "sgx-run", "--state", folder.path, "--", "echo", "started"]
        let run = try Command.run(["setpriv", "--reuid", "65534", "--clear-groups"] + words)
        #expect(run.status == 1 && run.text.isEmpty && Self.lines(run).count == 1 && run.errors.contains("--state"), "\(run)")
    }

    @Test("names the library it does not find")
    func library() throws {
        let run = try SGXRun.run(["true"], environment: ["INCLAVARE_SGX_LIBRARY": "/nosuch.so"])
        #expect(run.status == 1 && run.errors.contains("/nosuch.so cannot be read"), "\(run)")
    }
}
