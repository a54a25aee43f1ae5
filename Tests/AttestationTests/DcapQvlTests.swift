import Attestation
import Foundation
import Testing

@Suite("Outside check with dcap-qvl from PyPI")
struct DcapQvlTests {
    static let install = "python3 -m venv DIR && DIR/bin/pip install dcap-qvl==0.7.0"

    /// A virtual environment below the build directory, made once.
    static func python() throws -> String {
        let directory = Vectors.packageRoot.appendingPathComponent(".build/dcap-qvl-0.7.0")
        let python = directory.appendingPathComponent("bin/python").path
        if try run(python, ["-c", "import dcap_qvl"]).status == 0 { return python }
        _ = try run("/usr/bin/env", ["python3", "-m", "venv", directory.path])
        let pip = try run(directory.appendingPathComponent("bin/pip").path, ["install", "--quiet", "dcap-qvl==0.7.0"])
        try #require(
            pip.status == 0,
            "dcap-qvl 0.7.0 is missing and could not be installed: \(pip.output); install it with: \(install), DIR being \(directory.path)"
        )
        return python
    }

    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        guard FileManager.default.isExecutableFile(atPath: program) else { return (127, "no \(program)") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    static let script = """
        import sys, json, dcap_qvl
        folder, now = sys.argv[1], int(sys.argv[2])
        read = lambda name: open(f"{folder}/{name}", "rb").read()
        collateral = dcap_qvl.QuoteCollateralV3.from_json(read("collateral.json").decode())
        own = dcap_qvl.verify_with_root_ca(read("quote.bin"), collateral, read("root-ca.der"), now)
        print("own root:", own.status)
        try:
            dcap_qvl.verify(read("quote.bin"), collateral, now)
            print("Intel's root: accepted")
        except Exception as error:
            print("Intel's root: refused:", error)
        """

    @Test("accepts our quote under our root and refuses it under Intel's")
    func ourQuote() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        try Data(platform.quote()).write(to: platform.state.appendingPathComponent("quote.bin"))
        let collateral = try platform.root.collateral(at: platform.now)
        try Data(collateral.json.utf8).write(to: platform.state.appendingPathComponent("collateral.json"))
        try Data(platform.root.certificate.der).write(to: platform.state.appendingPathComponent("root-ca.der"))
        let result = try Self.run(
            Self.python(), ["-c", Self.script, platform.state.path, String(platform.now.seconds)])
        print("dcap-qvl:\n\(result.output)")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("own root: UpToDate"), "\(result.output)")
        #expect(result.output.contains("Intel's root: refused"), "\(result.output)")
    }
}
