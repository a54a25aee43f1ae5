import Testing
import Wire

@Suite struct ExitReportTests {
    private func report() -> ExitReport {
        var report = ExitReport()
        report.status = 3
        report.indexBytesBeforeStart = 7
        (report.peakHeldPages, report.acceptedPages, report.returnedPages, report.peakThreads) = (11, 12, 13, 14)
        var read = CallStatistics()
        (read.number, read.count, read.errors, read.nanoseconds, read.waited, read.hostCalls) = (0, 1, 2, 3, 4, 5)
        read.exitlessCalls = 6
        report.calls = [read]
        report.exitlessCalls = 8
        return report
    }

    @Test func comesBackAsItWasSent() throws {
        #expect(try ExitReport(decoding: report().encoded()) == report())
    }

    @Test("One from before there were calls without exits, profiles or dynamic memory is read; a cut one is not")
    func lengths() throws {
        let exitless = 8 + 8
        let encoded = Array(report().encoded().dropLast(exitless))
        let profile = 8 + 2 + 42
        var old = report()
        (old.exitlessCalls, old.calls[0].exitlessCalls) = (0, 0)
        #expect(try ExitReport(decoding: encoded) == old)
        for cut in 1..<exitless {
            #expect(throws: WireError.self) { try ExitReport(decoding: Array(report().encoded().dropLast(cut))) }
        }
        (old.peakThreads, old.calls) = (0, [])
        #expect(try ExitReport(decoding: Array(encoded.dropLast(profile))) == old)
        (old.peakHeldPages, old.acceptedPages, old.returnedPages) = (0, 0, 0)
        #expect(try ExitReport(decoding: Array(encoded.dropLast(profile + 24))) == old)
        for cut in 1..<profile + 24 where cut != profile {
            #expect(throws: WireError.self) { try ExitReport(decoding: Array(encoded.dropLast(cut))) }
        }
    }
}
