import Attestation
import Foundation
import Testing

/// From target info to verdict, with files in between.
@Suite("sgx-tools")
struct QuoteToolsTests {
    let machine: ToolsMachine

    init() throws {
        machine = try ToolsMachine()
        let made = try machine.tools("gen-qe-target-info", "--socket", machine.socket)
        try #require(made.status == 0, "\(made.errors)")
        try machine.write(machine.report(for: machine.bytes("qe_targetinfo.bin")), "report.bin")
    }

    func makeQuote() throws {
        let made = try machine.tools("gen-quote", "--socket", machine.socket, "--report", "report.bin", "--quote-type", "ECDSA")
        try #require(made.status == 0, "\(made.errors)")
    }

    @Test("gets target info and quote from the service, and judges it: 0 accepted, 1 another enclave, 2 changed, 3 no collateral")
    func verdicts() throws {
        try makeQuote()
        #expect(try machine.bytes("qe_targetinfo.bin").count == 512)
        #expect(try machine.tools("verify-quote", "--policy", "policy.toml").status == 64)
        try machine.prepareVerification()
        try FileManager.default.removeItem(at: machine.folder.appendingPathComponent("collateral.json"))
        let missing = try machine.tools("verify-quote", "--policy", "policy.toml")
        #expect(missing.status == 3 && missing.output.contains("there is no collateral at collateral.json"))
        try machine.prepareVerification()
        let accepted = try machine.tools("verify-quote", "--policy", "policy.toml")
        #expect(accepted.status == 0, "\(accepted.output)\(accepted.errors)")
        #expect(accepted.output.contains("ACCEPTED. SIMULATED"))
        let json = try machine.tools("verify-quote", "--policy", "policy.toml", "--json").output
        #expect(json.contains("\"verdict\":\"accepted\"") && json.contains("\"simulated\":true"))
        let late = try machine.tools("verify-quote", "--policy", "policy.toml", "--at", "2090-01-01T00:00:00Z")
        #expect(late.status == 3, "\(late.output)")
        var quote = try machine.bytes("quote.bin")
        quote[112] ^= 1
        try machine.write(quote, "changed.bin")
        #expect(try machine.tools("verify-quote", "--policy", "policy.toml", "--quote", "changed.bin").status == 2)
        try machine.prepareVerification(measurement: 0x12)
        let refused = try machine.tools("verify-quote", "--policy", "policy.toml")
        #expect(refused.status == 1 && refused.output.contains("mrenclave"))
    }

    @Test("says in a line which EPID was, and that nobody serves")
    func refusals() throws {
        let epid = try machine.tools(
            "gen-quote", "--socket", machine.socket, "--report", "report.bin", "--quote-type", "epidLinkable")
        #expect(epid.status == 1 && epid.errors.contains("no epidLinkable quotes any more"))
        #expect(try machine.tools("gen-quote", "--report", "report.bin", "--quote-type", "other").status == 64)
        let nobody = try machine.tools("gen-qe-target-info", "--socket", "/nowhere/aesm.socket")
        #expect(nobody.status == 1 && nobody.errors.contains("cannot connect to /nowhere/aesm.socket: No such file or directory"))
        var report = try machine.bytes("report.bin")
        report[430] ^= 1
        try machine.write(report, "changed.bin")
        let changed = try machine.tools("gen-quote", "--socket", machine.socket, "--report", "changed.bin")
        #expect(changed.status == 1 && changed.errors.contains("error 47 (invalid REPORT"))
        #expect(!FileManager.default.fileExists(atPath: machine.folder.appendingPathComponent("quote.bin").path))
        let short = try machine.tools("gen-quote", "--socket", machine.socket, "--report", "qe_targetinfo.bin")
        #expect(short.status == 1 && short.errors.contains("is no REPORT"))
    }

    @Test(
        "says what went wrong in one line that begins with its name",
        arguments: [
            (["verify-quote", "--quote", "/nope", "--policy", "/nope"], 64, "cannot read /nope: No such file or directory"),
            (["verify-quote", "--policy", "/nope", "--at", "noon"], 64, "--at noon is not a time"),
            (["verify-quote"], 64, "'--policy <policy>' (see sgx-tools verify-quote --help)"),
            (["verify-quote", "--nope"], 64, "(see sgx-tools verify-quote --help)"),
            (["gen-quote", "--report", "/nope", "--spid", "0"], 64, "--spid is for EPID quotes"),
            (["show", "/nope"], 1, "cannot read /nope: No such file or directory"),
        ])
    func oneLine(arguments: [String], status: Int32, words: String) throws {
        let result = try machine.tools(arguments)
        #expect(result.status == status && result.output.isEmpty)
        #expect(result.errors.hasPrefix("sgx-tools: ") && result.errors.contains(words), "\(result.errors)")
        #expect(result.errors.filter(\.isNewline).count == 1 && result.errors.hasSuffix("\n"))
    }

    @Test("shows what it asks with --verbose, before the command as well")
    func verbose() throws {
        let shown = try machine.tools("--verbose", "gen-quote", "--socket", machine.socket, "--report", "report.bin")
        #expect(shown.status == 0 && shown.errors.contains("REPORT:\nmrenclave") && shown.errors.contains("QUOTE:\nversion"))
    }

    @Test("shows every structure, as text and as JSON that a reader of JSON reads")
    func shows() throws {
        try makeQuote()
        try machine.prepareVerification()
        try machine.write(machine.root().rootPEM, "root.pem")
        try machine.write(machine.root().certificate.der, "root.der")
        let enclave = String(repeating: "11", count: 32)
        for (file, words) in [
            ("quote.bin", ["version", enclave, "fmspc", "53494d000000", "Inclavare Software SGX PCK Certificate"]),
            ("report.bin", [enclave, "productID", "INIT MODE64BIT (0x5)"]), ("qe_targetinfo.bin", ["PROVISIONKEY"]),
            ("root.pem", ["Inclavare Software SGX – NOT CONFIDENTIAL"]),
            ("root.der", ["Inclavare Software SGX – NOT CONFIDENTIAL"]),
            ("collateral.json", ["nextUpdate", "UpToDate", "revoked"]),
        ] {
            let text = try machine.tools("show", file)
            #expect(text.status == 0, "\(text.errors)")
            for word in words { #expect(text.output.contains(word), "\(file) \(word)") }
            let json = try machine.tools("show", file, "--json").output
            #expect(throws: Never.self, "\(file)") { try JSONReader.parse(Array(json.utf8).dropLast()) }
            for word in words where !word.contains("INIT") { #expect(json.contains(word), "\(file) \(word)") }
        }
        #expect(try machine.tools("show", "-", "--kind", "quote", input: machine.bytes("quote.bin")).output.contains(enclave))
        let neither = try machine.tools("show", "policy.toml")
        #expect(neither.status == 1 && neither.errors.contains("say what it is with --kind"))
        let wrong = try machine.tools("show", "report.bin", "--kind", "sigstruct")
        #expect(wrong.status == 1 && wrong.errors.contains("report.bin is no sigstruct"))
    }
}
