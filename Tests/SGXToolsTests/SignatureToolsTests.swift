import Foundation
import SGX
import Testing

/// What concerns SIGSTRUCTs and launch tokens, and the reference.
@Suite("sgx-tools without a quoting service")
struct SignatureToolsTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("shows a SIGSTRUCT and whether its signature holds, and refuses a launch token with this machine's reason")
    func sigstruct() throws {
        let machine = try ToolsMachine()
        var sigstruct = SIGSTRUCT()
        (sigstruct.date, sigstruct.isvProdID) = (0x2026_1122, 7)
        try machine.write(sigstruct.bytes, "hello.sig")
        let shown = try machine.tools("show", "hello.sig")
        #expect(shown.status == 0 && shown.output.contains("20261122") && shown.output.contains("does not hold"), "\(shown.errors)")
        let refused = try machine.tools("--verbose", "gen-token", "--signature", "hello.sig")
        #expect(refused.status == 1 && refused.errors.contains("no launch token for hello.sig: this processor"))
        #expect(refused.errors.contains("SIGSTRUCT:\nmrenclave"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: machine.folder.path).filter { $0.hasSuffix(".token") } == [])
        try machine.write(Array(sigstruct.bytes.dropLast()), "short.sig")
        #expect(try machine.tools("gen-token", "--signature", "short.sig").errors.contains("short.sig is no SIGSTRUCT"))
    }

    @Test("The reference in docs is the one that the tool prints")
    func reference() throws {
        let machine = try ToolsMachine()
        let printed = try machine.tools("reference").output
        let written = try String(contentsOf: Self.root.appendingPathComponent("docs/reference/sgx-tools.md"), encoding: .utf8)
        #expect(printed == written, "write it anew: sgx-tools reference >docs/reference/sgx-tools.md")
    }
}
