import ArgumentParser
import CSoftSGX
import EnclaveBuild
import EnclaveHost
import EnclaveLayout
import ForeignImages
import SGX

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Loads an enclave, initialises it, and says what EINIT said.",
        discussion: """
            Takes whatever `inclavare measure` takes. Nothing in the enclave runs, and it is gone when the command ends: a check that \
            signature, attributes and pages are ones that the processor accepts.
            """)

    @Argument(help: "Folder of a built enclave, or a root filesystem with one in .inclavare; or a file.")
    var enclave: String
    @Flag(help: "As a debug enclave, where the signature lets the host choose.")
    var debug = false
    @OptionGroup var foreign: ForeignOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        if ForeignFile.isFolder(enclave) {
            try foreign.requireNone(for: enclave)
            let folder = try BuiltFolder.load(enclave)
            let plan = try folder.plan()
            return try load(plan.secs, plan.runs, folder.sigstruct)
        }
        let file = try foreign.file(enclave)
        guard let signature = file.signature else {
            throw BuildError("cannot load \(enclave)", why: "it has no signature", remedy: "give a SIGSTRUCT with --sigstruct")
        }
        if let obstacle = file.image.obstacle {
            throw BuildError(
                "cannot load \(enclave)", why: obstacle, remedy: "drivers measure a page whole, while they add it, or not at all")
        }
        let image = file.image
        let base = image.baseIsFixed ? image.secs.baseAddress : try FreeAddresses.aligned(image.secs.size)
        let secs = image.secs(signedBy: signature.sigstruct, base: base, available: Self.availableState)
        try load(secs, image.runs, signature.sigstruct)
    }

    private func load(_ secs: SECS, _ runs: [PageRun], _ sigstruct: SIGSTRUCT) throws {
        var secs = secs
        if debug { secs.attributes.flags.insert(.debug) }
        let device: any EnclaveDevice = KernelDevice.obstacle == nil ? try KernelDevice() : SoftwareDevice()
        SimulationNotice.show(for: device)
        let clock = ContinuousClock()
        let start = clock.now
        try device.load(secs, runs, sigstruct: sigstruct.bytes)
        let report = LoadReport(
            secs, pages: runs.reduce(0) { $0 + $1.pageCount },
            threads: runs.reduce(0) { $0 + ($1.secinfo == .tcs ? $1.pageCount : 0) }, sigstruct,
            isSimulated: device.isSimulated, milliseconds: Int((clock.now - start) / .milliseconds(1)))
        try outputOptions.show(report, text: report.text)
    }

    /// Extended state that this processor can save for an enclave.
    private static var availableState: Attributes.XFRM {
        var available: Attributes.XFRM = .legacy
        // AVX-512 needs AVX, so that comes first.
        for part in [Attributes.XFRM.avx, .mpx, .avx512, .pkru, .cet, .amx]
        where softsgx_xsave_bytes(available.union(part).rawValue) != 0 { available.formUnion(part) }
        return available
    }
}
