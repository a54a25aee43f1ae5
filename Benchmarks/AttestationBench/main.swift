import Foundation

/// Times the verification of one quote of the software platform: `AttestationBench FOLDER [SECONDS]`.
///
/// FOLDER receives quote, collateral and root for the peers. Figures are verifications a second of CPU time.
let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: AttestationBench FOLDER [SECONDS]")
    exit(64)
}
let evidence = try BenchEvidence(folder: URL(fileURLWithPath: arguments[1]))
let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 3 : 3
try evidence.export()
for (name, verify) in try evidence.ways() {
    print("\(name) \(Int(try Rate.measure(seconds: seconds, verify)))")
}
