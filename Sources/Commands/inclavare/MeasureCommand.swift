import ArgumentParser
import EnclaveBuild

struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Recomputes MRENCLAVE of an enclave and checks its signature.",
        discussion: """
            Takes a built enclave, everything in whose folder is checked, or a file of somebody else: an SGXS stream, a library signed \
            with Intel's SDK, an enclave of the Linux kernel's SGX selftest. What it is, is found in its bytes. The exit code is 0 only \
            when the signature, where there is one, is valid and for this enclave.
            """)

    @Argument(help: "Folder of a built enclave, or a root filesystem with one in .inclavare; or a file.")
    var enclave: String
    @Option(help: "Also compare the index with this root filesystem.")
    var rootfs: String?
    @Option(
        name: .customLong("volume"), help: "PATH=FOLDER: also compare the index of the verified mount at PATH with this folder.")
    var volumes: [String] = []
    @OptionGroup var foreign: ForeignOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        guard ForeignFile.isFolder(enclave) else { return try measureFile() }
        try foreign.requireNone(for: enclave)
        let folder = try BuiltFolder.load(enclave)
        let measurement = try folder.check()
        if let rootfs { try IndexComparison.check(folder, against: try RootFilesystem(at: rootfs)) }
        for (path, place) in try VolumeOption.folders(volumes) {
            try IndexComparison.check(folder, try folder.tree(at: path), against: try RootFilesystem(at: place))
        }
        let report = try MeasureReport(folder, measurement: measurement)
        try outputOptions.show(report, text: report.text)
    }

    private func measureFile() throws {
        guard rootfs == nil, volumes.isEmpty else {
            throw BuildError(
                "cannot compare \(enclave) with a root filesystem", why: "it is no built enclave", remedy: "leave --rootfs out")
        }
        let report = MeasureReport(try foreign.file(enclave))
        try outputOptions.show(report, text: report.text)
        guard let signature = report.signature, let reason = signature.reason else { return }
        throw BuildError(
            "refused the signature of \(enclave)", why: reason, remedy: "sign it again, or give its SIGSTRUCT with --sigstruct")
    }
}
