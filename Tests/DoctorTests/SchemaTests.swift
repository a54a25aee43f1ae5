import Foundation
import Testing

@testable import Doctor

/// The JSON that programs read, held against its documentation.
@Suite("doctor's JSON")
struct SchemaTests {
    private static let documentation: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try? String(contentsOf: root.appending(path: "docs/reference/doctor.md"), encoding: .utf8)
    }()

    private func names(in value: Any) -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(names(in: $1)) } }
        guard let object = value as? [String: Any] else { return [] }
        return object.reduce(into: []) { found, entry in
            found.insert(entry.key)
            found.formUnion(names(in: entry.value))
        }
    }

    /// Facts with nothing left out.
    private var full: HostFacts {
        var facts = DiagnosisTests.Machine.ready
        facts.oldDevices = [DeviceFacts("/dev/isgx", .usable)]
        facts.enclaveDevice.group = "sgx"
        facts.cgroupEPC = 1
        facts.simulation.rootKeyProblem = "a"
        facts.simulation.epcBeyondBytes = 1
        facts.simulation.epcProblem = "a"
        facts.imageProblem = "a"
        return facts
    }

    @Test("Every name and every word of an enumeration is documented")
    func documented() throws {
        let text = try #require(Self.documentation)
        let facts = try JSONSerialization.jsonObject(with: JSONEncoder().encode(full))
        let finding = Finding("a", .good, "b", remedy: "c")
        let described = try JSONSerialization.jsonObject(with: JSONEncoder().encode(finding))
        for name in names(in: facts).union(names(in: described)) { #expect(text.contains("`\(name)`"), "\(name)") }
        let words =
            Verdict.allCases.map(\.rawValue) + [DeviceFacts.State.absent, .strange, .forbidden, .usable].map(\.rawValue)
            + [SocketState.absent, .dead, .forbidden, .listening].map(\.rawValue)
            + [SimulationFacts.RootKey.there, .madeAtFirstStart, .unusable].map(\.rawValue)
            + [Finding.State.good, .warning, .missing, .information].map(\.rawValue)
        for word in words { #expect(text.contains("`\(word)`"), "\(word)") }
    }

    @Test("Every line that a diagnosis can have is documented", arguments: DiagnosisTests.machines)
    func lines(machine: DiagnosisTests.Machine) throws {
        let text = try #require(Self.documentation)
        for finding in Diagnosis(machine.facts).findings { #expect(text.contains("`\(finding.id)`"), "\(finding.id)") }
    }

    @Test("What is not known is absent, not null")
    func unknown() throws {
        let text = String(decoding: try JSONEncoder().encode(HostFacts()), as: UTF8.self)
        #expect(!text.contains("null") && !text.contains("sgxConfigured") && !text.contains("cgroupEPC"))
    }
}
