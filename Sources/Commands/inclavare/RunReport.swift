import EnclaveHost
import Foundation
import Wire

/// What a run took, for `run --stats`.
struct RunReport: Encodable {
    let status: UInt32
    let signal: UInt32
    let rewrittenCalls: UInt64
    let trappedCalls: UInt64
    let unknownCalls: UInt64
    let cpuidExceptions: UInt64
    let threadsStarted: UInt64
    let contextSwitches: UInt64
    let fileBytesVerified: UInt64
    let indexBytesVerified: UInt64
    let fileBytesBeforeStart: UInt64
    let indexBytesBeforeStart: UInt64
    let peakUserPages: UInt64
    let peakKernelBytes: UInt64
    /// What the enclave had of the EPC at most; with fixed memory always all of it.
    let peakMemoryBytes: UInt64
    let acceptedPages: UInt64
    let returnedPages: UInt64
    let peakThreads: UInt64
    /// Calls of the host by name, with an exit, and without where the manifest says `exitless`.
    let hostCalls: [String: UInt64]
    let exitlessCalls: [String: UInt64]
    /// Asynchronous exits: the host's interruptions, and faults and trapped instructions.
    let interruptions: UInt64
    let exceptions: UInt64
    let advice: SizingAdvice

    init(_ report: ExitReport, _ enclave: LoadedEnclave) {
        status = report.status
        signal = report.signal
        rewrittenCalls = report.rewrittenCalls
        trappedCalls = report.trappedCalls
        unknownCalls = report.unknownCalls
        cpuidExceptions = report.cpuidExceptions
        threadsStarted = report.threadsStarted
        contextSwitches = report.contextSwitches
        fileBytesVerified = report.fileBytesVerified
        indexBytesVerified = report.indexBytesVerified
        fileBytesBeforeStart = report.fileBytesBeforeStart
        indexBytesBeforeStart = report.indexBytesBeforeStart
        peakUserPages = report.peakUserPages
        peakKernelBytes = report.peakKernelBytes
        peakMemoryBytes = report.peakHeldPages * 4096
        acceptedPages = report.acceptedPages
        returnedPages = report.returnedPages
        peakThreads = report.peakThreads
        hostCalls = Dictionary(uniqueKeysWithValues: enclave.hostCalls.map { ("\($0.call)", $0.count) })
        exitlessCalls = Dictionary(uniqueKeysWithValues: enclave.exitlessCalls.map { ("\($0.call)", $0.count) })
        interruptions = enclave.asynchronousExits.interruptions
        exceptions = enclave.asynchronousExits.exceptions
        advice = SizingAdvice(report, enclave.configuration, vcpusUsed: enclave.mostVCPUs)
    }

    func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        StandardError.raw(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n")
    }
}
