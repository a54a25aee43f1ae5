import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("Collateral bundles for other tools")
struct BundleFormTests {
    @Test("are read by dcap-qvl as its own form")
    func bundle() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        for (name, bytes) in [
            ("quote.bin", Data(try platform.quote())), ("root-ca.der", Data(platform.root.certificate.der)),
            ("collateral.json", Data(try platform.root.collateral(at: platform.now).bundle.utf8)),
        ] { try bytes.write(to: platform.state.appendingPathComponent(name)) }
        let result = try ProgramRun(
            DcapQvl.python(), ["-c", DcapQvlTests.script, platform.state.path, String(platform.now.seconds)])
        #expect(result.status == 0 && result.output.contains("own root: UpToDate"), "\(result.output)")
    }
}
