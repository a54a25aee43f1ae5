import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("inclavare verify")
struct VerifyCommandTests {
    let platform: SoftwarePlatformFixture
    var folder: URL { platform.state }

    init() throws {
        platform = try SoftwarePlatformFixture()
        try Data(platform.quote()).write(to: folder.appendingPathComponent("quote.bin"))
        let collateral = try platform.root.collateral(at: platform.now)
        try Data(collateral.json.utf8).write(to: folder.appendingPathComponent("collateral.json"))
        try write("policy.toml", policy(simulation: true))
    }

    func policy(simulation: Bool, measurement: UInt8 = 0x11) -> String {
        """
        version = 1
        [enclave]
        mrenclave = "\(Hex.text([UInt8](repeating: measurement, count: 32)))"
        """ + (simulation ? "\n[simulation]\nroot_fingerprint = \"\(Hex.text(platform.root.certificate.fingerprint))\"\n" : "\n")
    }

    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }

    /// The tool is built beside the tests.
    func verify(_ arguments: String...) throws -> ProgramRun {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let tool = tests.appendingPathComponent("inclavare").path
        let named = ["--quote", folder.appendingPathComponent("quote.bin").path]
        let policy = arguments.contains("--policy") ? [] : ["--policy", folder.appendingPathComponent("policy.toml").path]
        return try ProgramRun(tool, ["verify"] + named + policy + arguments)
    }

    @Test("accepts with 0, calls it SIMULATED, and prints the same as JSON")
    func accepted() throws {
        defer { platform.remove() }
        let result = try verify()
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("ACCEPTED. SIMULATED"))
        let json = try verify("--json")
        let value = try JSONReader.parse(Array(json.output.utf8).dropLast())
        #expect(value["verdict"]?.string == "accepted")
        #expect(value["simulated"] == .bool(true))
        #expect(value["mrenclave"]?.string == Hex.text(SoftwarePlatformFixture.measurement))
    }

    @Test("refuses with 1 what the policy does not want, naming field, expected and actual value")
    func refused() throws {
        defer { platform.remove() }
        try write("other.toml", policy(simulation: true, measurement: 0x12))
        let measurement = try verify("--policy", folder.appendingPathComponent("other.toml").path)
        #expect(measurement.status == 1, "\(measurement.output)")
        let line = measurement.output.split(separator: "\n").first { $0.hasPrefix("✗") }
        #expect(line?.contains("mrenclave") == true)
        #expect(line?.contains("1111") == true && line?.contains("1212") == true)
        #expect(try verify("--nonce", "0102").status == 1)
        #expect(try verify("--report-data", String(repeating: "33", count: 64)).status == 0)
        try write("hardware.toml", policy(simulation: false))
        let simulation = try verify("--policy", folder.appendingPathComponent("hardware.toml").path)
        #expect(simulation.status == 1)
        #expect(simulation.output.contains("root_fingerprint = \"\(Hex.text(platform.root.certificate.fingerprint))\""))
    }

    @Test("refuses with 2 a changed quote, with 3 missing and expired collateral, with 64 wrong usage")
    func codes() throws {
        defer { platform.remove() }
        #expect(try verify("--at", platform.now.adding(days: 40).iso8601).status == 3)
        #expect(try verify("--collateral", folder.appendingPathComponent("none.json").path).status == 3)
        #expect(try verify("--nonce", "xyz").status == 64)
        #expect(try verify("--at", "tomorrow").status == 64)
        try write("bad.toml", "version = 1\n[enclave]\nmrenclav = 1\n")
        let usage = try verify("--policy", folder.appendingPathComponent("bad.toml").path)
        #expect(usage.status == 64)
        #expect(usage.output.contains("line 3"))
        var quote = [UInt8](try Data(contentsOf: folder.appendingPathComponent("quote.bin")))
        quote[112] ^= 1
        try Data(quote).write(to: folder.appendingPathComponent("quote.bin"))
        #expect(try verify().status == 2)
    }

    @Test(
        "say what a user got wrong in one line, with the exit code of wrong usage",
        arguments: [
            ("verify --quote /nope --policy $F/policy.toml", "cannot read the quote /nope: No such file or directory"),
            ("verify --quote $F/quote.bin --policy /nope", "cannot read the policy /nope: No such file or directory"),
            ("verify --quote $F/quote.bin --policy $F/quote.bin", "quote.bin: "),
            ("verify --quote $F/quote.bin --policy $F/policy.toml --at noon", "--at noon is not a time"),
            ("verify --quote $F/quote.bin --policy $F/policy.toml --report-data xy", "--report-data takes 1 to 64 bytes"),
            ("verify --quote $F/quote.bin", "'--policy <policy>' (see inclavare verify --help)"),
            ("collateral show /nope", "cannot read the bundle /nope: No such file or directory"),
            ("collateral fetch", "name the platform with --quote FILE, or with --fmspc HEX and --ca"),
            ("collateral fetch --fmspc zz --ca platform", "--fmspc takes 6 bytes in hexadecimal"),
            ("collateral fetch --fmspc 00606a000000 --ca platform --service ftp://x", "ftp://x is no collateral service"),
            ("collateral families --platform E4", "--platform takes all, client, E3, E5 or E7"),
            ("collateral serve --port 70000", "--port takes a number from 0 to 65535"),
            ("sgx-run --epc much -- true", "--epc much is not a size"), ("doctor --nope", "(see inclavare doctor --help)"),
        ])
    func usage(command: String, words: String) throws {
        defer { platform.remove() }
        let result = try shell("$I \(command)")
        #expect(result.status == 64)
        #expect(result.output.hasPrefix("inclavare: ") && result.output.contains(words), "\(result.output)")
        #expect(result.output.filter(\.isNewline).count == 1 && result.output.hasSuffix("\n"))
    }

    /// The tool in a shell, with `$F` for the folder and `$R` for the software root.
    func shell(_ script: String) throws -> ProgramRun {
        let tool = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("inclavare")
            .path
        let root = Hex.text(platform.root.certificate.fingerprint)
        return try ProgramRun("/bin/bash", ["-c", "I=\(tool); F=\(folder.path); R=\(root); \(script)"])
    }

    @Test("reads the quote from standard input, and signs its verdict with the verifier's key")
    func signed() throws {
        defer { platform.remove() }
        let made = "openssl ecparam -name prime256v1 -genkey -noout -out $F/key.pem && chmod 600 $F/key.pem"
        let verify = "$I verify --quote - --policy $F/policy.toml --collateral $F/collateral.json"
        let result = try shell(
            "\(made) && cat $F/quote.bin | \(verify) --ear --key $F/key.pem 2>$F/text | tr . '\\n' | wc -l; grep -c ACCEPTED $F/text"
        )
        #expect(result.output.split(separator: "\n") == ["3", "1"], "\(result.output)")
        #expect(try shell("cat $F/quote.bin | \(verify) --ear").status == 64)
        #expect(try shell("chmod 644 $F/key.pem; cat $F/quote.bin | \(verify) --ear --key $F/key.pem").status == 64)
    }

    @Test("takes collateral from the cache that a bundle was imported into, and says so when there is none")
    func cached() throws {
        defer { platform.remove() }
        let moved = try shell("mkdir $F/quotes && mv $F/quote.bin $F/quotes/")
        #expect(moved.status == 0)
        let verify = "$I verify --quote $F/quotes/quote.bin --policy $F/policy.toml --cache $F/cache"
        #expect(try shell(verify).status == 3)
        let imported = try shell("$I collateral import $F/collateral.json --root $R --cache $F/cache")
        #expect(imported.status == 0 && imported.output.contains("TCB Info"), "\(imported.output)")
        let verified = try shell(verify)
        #expect(verified.status == 0, "\(verified.output)")
        let exported = try shell("$I collateral export --quote $F/quotes/quote.bin --root $R --cache $F/cache $F/bundle.json")
        #expect(exported.status == 0, "\(exported.output)")
        #expect(try shell("$I collateral show $F/bundle.json").output.contains("FMSPC 53494d000000"))
        #expect(try shell("\(verify) --collateral $F/bundle.json").status == 0)
        #expect(try shell("$I collateral import $F/collateral.json --cache $F/cache").status == 3)
        #expect(try shell("$I collateral fetch --fmspc 00 --ca platform").status == 64)
    }
}
