import ArgumentParser
import EnclaveBuild
import EnclaveCrypto
import Foundation
import SGX
import Wire

struct BuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Makes an enclave of a root filesystem and a manifest.")

    @Option(help: "Directory that holds the root filesystem.")
    var rootfs: String
    @Option(help: "Manifest, see docs/reference/manifest.md.")
    var manifest: String
    @Option(help: "RSA-3072 key with exponent 3 in PEM; see `inclavare key generate`.")
    var key: String
    @Option(help: "Folder to write, usually ROOTFS/.inclavare, where rune and `inclavare run` find it.")
    var output: String
    @Option(help: "LibOS image; the one this program came with when not given.")
    var image: String?
    @Option(
        name: .customLong("volume"),
        help: "PATH=FOLDER: the folder of the verified mount at PATH; its source below the root filesystem when not given.")
    var volumes: [String] = []
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let progress = ProgressLine()
        defer { progress.finish() }
        let built = try EnclaveBuilder(
            rootfs: rootfs, manifest: manifest, key: key, image: try ImageLocation.path(image),
            folders: try VolumeOption.folders(volumes)
        ).build(into: output) { done, all in progress.show(done, of: all) }
        progress.finish()
        let report = BuildReport(built, output: output, milliseconds: Int((clock.now - start) / .milliseconds(1)))
        try outputOptions.show(report, text: report.text)
    }
}

private struct BuildReport: Encodable {
    let output: String
    let files: Int
    let entries: Int
    let bytes: UInt64
    let sites: Int
    let trapped: Int
    let indexRoot: String
    let indexBytes: UInt64
    let mounts: [MountedFolder]
    let mrenclave: String
    let mrsigner: String
    let debug: Bool
    let milliseconds: Int

    struct MountedFolder: Encodable {
        let path: String
        let files: Int
        let bytes: UInt64
        let indexRoot: String

        var line: (String, String) { ("mount \(path)", "\(files) files, \(bytes / 1_048_576) MiB, index root \(indexRoot)") }
    }

    init(_ built: BuiltEnclave, output: String, milliseconds: Int) {
        self.output = output
        files = built.filesystem.fileCount
        entries = built.filesystem.entryCount
        bytes = built.filesystem.byteCount
        sites = built.filesystem.siteCount
        trapped = built.filesystem.trappedCount
        indexRoot = built.configuration.indexRoot.hex
        indexBytes = built.configuration.indexLength
        mounts = built.folders.all.map {
            MountedFolder(
                path: $0.path, files: $0.filesystem.fileCount, bytes: $0.filesystem.byteCount, indexRoot: $0.index.root.bytes.hex)
        }
        mrenclave = built.sigstruct.enclaveHash.bytes.hex
        mrsigner = built.sigstruct.mrSigner.bytes.hex
        debug = built.configuration.attributes & 2 != 0
        self.milliseconds = milliseconds
    }

    var text: [(String, String)] {
        [
            (
                "files",
                "\(files) (\(entries) names, \(bytes / 1_048_576) MiB), \(sites) system-call sites, \(trapped) left to the trap"
            ),
            ("index root", indexRoot),
        ] + mounts.map(\.line) + [
            ("MRENCLAVE", mrenclave),
            ("MRSIGNER", mrsigner),
            ("written to", "\(output) in \(milliseconds) ms"),
        ] + (debug ? [("DEBUG", "the host reads and writes all memory of this enclave")] : [])
    }
}
