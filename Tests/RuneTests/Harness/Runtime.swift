import Foundation
import Testing

/// An OCI runtime under test: ours, and the peers that are installed.
struct Runtime: Sendable, Hashable, CustomTestStringConvertible {
    enum Name: String, Sendable, CaseIterable { case rune, crun, runc }

    let name: Name
    /// The words before the runtime's own arguments, its path last.
    let command: [String]

    var testDescription: String { name.rawValue }

    static let installed: [Runtime] = Name.allCases.compactMap { name in
        switch name {
        case .rune: rune.map { Runtime(name: name, command: [$0]) }
        case .crun: find("crun").flatMap { path in HybridHost.shared.enter.map { Runtime(name: name, command: $0 + [path]) } }
        case .runc: find("runc").map { Runtime(name: name, command: [$0]) }
        }
    }

    static let ours = installed.filter { $0.name == .rune }
    static let canRun = geteuid() == 0 && !ours.isEmpty && find("gcc") != nil
    static let canBeTraced = canRun && find("strace") != nil
    static let need: Comment = "needs root, gcc and a built rune: RUNE_BIN, beside INCLAVARE_BIN, or make build"

    private static var rune: String? {
        let environment = ProcessInfo.processInfo.environment
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let beside = environment["INCLAVARE_BIN"].map { URL(filePath: $0).deletingLastPathComponent().path + "/rune" }
        let path = environment["RUNE_BIN"] ?? beside ?? package + "/.build/release/rune"
        return access(path, X_OK) == 0 ? path : nil
    }

    private static func find(_ program: String) -> String? {
        ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"].map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }
}
