import Attestation
import AttestationTestSupport
import Foundation
import Testing

/// dcap-qvl from PyPI, in a virtual environment below the tests' cache, made once; version and hash are pinned.
enum DcapQvl {
    static let requirement =
        "dcap-qvl==0.7.0 --hash=sha256:131e991020a9c02b1e6043b2ac0bdae3f7eb02cbfbde8faac4aa2b9336ab3857"

    static func python() throws -> String {
        let cache = ProcessInfo.processInfo.environment["INCLAVARE_CACHE"].map { URL(fileURLWithPath: $0) }
        let directory = (cache ?? Vectors.packageRoot.appendingPathComponent(".build-cache")).appendingPathComponent(
            "dcap-qvl-0.7.0")
        let python = directory.appendingPathComponent("bin/python").path
        if let known = try? ProgramRun(python, ["-c", "import dcap_qvl"]), known.status == 0 { return python }
        _ = try ProgramRun("/usr/bin/env", ["python3", "-m", "venv", directory.path])
        let list = directory.appendingPathComponent("requirements.txt")
        try? Data((requirement + "\n").utf8).write(to: list)
        let pip = try ProgramRun(
            "/usr/bin/env",
            [python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", list.path])
        try #require(
            pip.status == 0,
            """
            dcap-qvl 0.7.0 is missing and could not be installed: \(pip.output); install it with: \
            apt install python3-venv && python3 -m venv DIR && DIR/bin/pip install dcap-qvl==0.7.0, DIR being \(directory.path)
            """)
        return python
    }

    /// One JSON object a line in a file, one line of JSON for each out.
    private static let script = """
        import sys, json, dcap_qvl
        for line in open(sys.argv[1]):
            case = json.loads(line)
            quote = bytes.fromhex(case["quote"])
            try:
                collateral = dcap_qvl.QuoteCollateralV3.from_json(case["collateral"])
                if case["root"]:
                    said = dcap_qvl.verify_with_root_ca(quote, collateral, bytes.fromhex(case["root"]), case["now"])
                else:
                    said = dcap_qvl.verify(quote, collateral, case["now"])
                print(json.dumps({"status": said.status, "advisories": list(said.advisory_ids)}))
            except BaseException as error:
                print(json.dumps({"error": str(error)}))
        """

    /// What it says of every case, in order.
    static func judge(_ cases: [DifferentialCase]) throws -> [OracleVerdict] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("dcap-qvl-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        let lines = cases.map {
            JSONText.object([
                ("quote", JSONText.string(Hex.text($0.quote))), ("collateral", JSONText.string($0.collateral.json)),
                ("root", JSONText.string($0.root.map { Hex.text($0.der) } ?? "")), ("now", String($0.now.seconds)),
            ])
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let result = try ProgramRun(python(), ["-c", script, file.path])
        let verdicts = try result.output.split(separator: "\n").map { line in
            OracleVerdict(dcapQvl: try JSONSerialization.jsonObject(with: Data(line.utf8)))
        }
        try #require(result.status == 0 && verdicts.count == cases.count, "dcap-qvl ended early: \(result.output.suffix(400))")
        return verdicts.compactMap { $0 }
    }
}
