import Testing
import Wire

@Suite struct ExitReportTests {
    private func report() -> ExitReport {
        var report = ExitReport()
        report.status = 3
        report.indexBytesBeforeStart = 7
        (report.peakHeldPages, report.acceptedPages, report.returnedPages) = (11, 12, 13)
        return report
    }

    @Test func comesBackAsItWasSent() throws {
        #expect(try ExitReport(decoding: report().encoded()) == report())
    }

    @Test("One of an enclave from before there was dynamic memory is read; a cut one is not") func lengths() throws {
        let encoded = report().encoded()
        var old = report()
        (old.peakHeldPages, old.acceptedPages, old.returnedPages) = (0, 0, 0)
        #expect(try ExitReport(decoding: Array(encoded.dropLast(24))) == old)
        for cut in 1..<24 { #expect(throws: WireError.self) { try ExitReport(decoding: Array(encoded.dropLast(cut))) } }
    }
}
