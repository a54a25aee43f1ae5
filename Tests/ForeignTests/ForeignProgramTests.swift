import Foundation
import Testing

@Suite(
    "Programs that know Linux' SGX driver and the manual, and nothing of us", .serialized,
    .enabled(if: Release.isUsable, Release.need))
struct ForeignProgramTests {
    @Test("run on the software SGX as they would on a processor", arguments: ForeignPrograms.names)
    func runs(_ name: String) throws {
        let run = try SGXRun.run(["./\(name)"], in: try ForeignPrograms.folder.get())
        let report = TAPReport(run.text)
        #expect(report.isClean && run.status == 0, "\(name): \(SGXRun.account(run, report))")
    }

    @Test("run into the driver's errors where the EPC is used up")
    func smallEPC() throws {
        let run = try SGXRun.run(["./epc"], in: try ForeignPrograms.folder.get(), options: ["--epc", "1M+0"])
        let report = TAPReport(run.text)
        #expect(report.isClean && run.status == 0, "\(SGXRun.account(run, report))")
    }

    @Test("never cause an allocation in a signal handler", arguments: ["basics", "signals", "memory", "forks", "isgx", "threads"])
    func handlersDoNotAllocate(_ name: String) throws {
        let folder = try ForeignPrograms.folder.get()
        let run = try SGXRun.run(["./\(name)"], in: folder, environment: ["LD_PRELOAD": "\(folder)/handlerguard.so"])
        let report = TAPReport(run.text)
        #expect(report.isClean && run.status == 0, "\(name): \(SGXRun.account(run, report))")
    }

    @Test("would be ended by the guard if one did")
    func guardWorks() throws {
        let folder = try ForeignPrograms.folder.get()
        let run = try Command.run(["\(folder)/handlerguard-fails"], environment: ["LD_PRELOAD": "\(folder)/handlerguard.so"])
        #expect(run.status == 99 && run.errors.contains("handlerguard: in a signal handler: malloc"), "\(run)")
    }
}
