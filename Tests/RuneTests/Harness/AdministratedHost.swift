import Foundation

/// A host with an administrator's `/etc/inclavare/config.toml` of the test's own, which nobody else sees.
struct AdministratedHost {
    let runtime: Runtime
    private let folder: String

    /// `nil` where `rune-pal` was not built beside `rune`.
    static let palHost: String? = Runtime.ours.first.flatMap { rune in
        let path = URL(filePath: rune.command[0]).deletingLastPathComponent().path + "/rune-pal"
        return access(path, X_OK) == 0 ? path : nil
    }

    init(_ configuration: String) throws {
        guard let rune = Runtime.ours.first else { throw Unavailable("rune is not built") }
        folder = "/tmp/rune-test-host-" + UUID().uuidString.prefix(8).lowercased()
        let file = URL(filePath: folder + "/inclavare/config.toml")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(configuration.utf8).write(to: file)
        let script = "mount -t overlay -o lowerdir=\(folder):/etc overlay /etc && exec \"$@\""
        runtime = Runtime(name: .rune, command: ["unshare", "--mount", "sh", "-c", script, "sh"] + rune.command)
    }

    func cleanUp() { try? FileManager.default.removeItem(atPath: folder) }
}
