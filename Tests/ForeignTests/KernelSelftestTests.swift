import Foundation
import Testing

@Suite("The Linux kernel's SGX selftest, unchanged", .serialized, .enabled(if: Release.isUsable, Release.need))
struct KernelSelftestTests {
    @Test("passes, all sixteen of it")
    func passes() throws {
        let (run, report) = try KernelSelftest.run()
        #expect(report.isClean && report.count == 16 && run.status == 0, "\(SGXRun.account(run, report))")
        print("kernel selftest: \(report.summary)")
    }

    @Test("fails where one measured bit is wrong: EINIT refuses")
    func negativeControl() throws {
        let script = "\(Command.packageRoot)/Tests/ForeignTests/wrong-library"
        let built = try Command.run([script, "\(Command.packageRoot)/.build/negative-control"], within: 1200)
        let library = built.text.split(whereSeparator: \.isNewline).last.map(String.init)
        try #require(built.status == 0 && library != nil, "\(built.errors)")
        let (run, report) = try KernelSelftest.run(library: library)
        #expect(run.status != 0 && report.plan == 16 && report.passed.isEmpty, "\(SGXRun.account(run, report))")
        let refusals =
            (run.text + run.errors).components(separatedBy: "SGX_IOC_ENCLAVE_INIT failed: Operation not permitted").count - 1
        #expect(refusals >= 12, "\(refusals) refused by EINIT: \(SGXRun.account(run, report))")
        print("negative control: \(refusals) EINITs refused, \(report.failed.count) failed, \(report.skipped.count) skipped")
    }
}
