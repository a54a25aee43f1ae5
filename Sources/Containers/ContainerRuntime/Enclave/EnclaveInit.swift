import CLinux
import EnclaveHost
import Glibc
import Linux
import OCI
import SoftSGX
import Wire

/// What an enclave container's first process does in place of exec: it stays, and enters the enclave that holds the program.
///
/// Three steps: `init` with the host's file system and rights, before anything of the container is joined; `boot` as the
/// container's user in its root; `run` when it is started. Everything up to `boot` is part of `create`.
struct EnclaveInit: ~Copyable {
    private let enclave: LoadedEnclave
    private let quoting: QuoteClient.Endpoint
    private let hostname: String?
    private let logLevel: LogLevel

    /// Loads and initialises the enclave, and connects to the quoting service, whose socket the container will not see.
    init(_ selection: EnclaveSelection, _ plan: LaunchPlan) throws(RuntimeError) {
        let socket = cl_connect_unix(selection.quotingSocket)
        if socket < 0, selection.needsQuotes {
            let reason = SystemCallError.reason(Int32(-socket))
            throw RuntimeError("attestation is asked for, and no quoting service is at \(selection.quotingSocket): \(reason)")
        }
        let loaded = try RuntimeError.wrap {
            let folder = try Self.folder(selection, rootfs: plan.bundle.rootfs)
            return try LoadedEnclave.load(folder: folder, device: try Self.device())
        }
        hostname = plan.spec.hostname
        logLevel = selection.logLevel?.ofLibOS ?? .warning
        // The file stays open as long as this process: services that close after each answer are connected to again by it.
        quoting =
            socket >= 0 ? .descriptor(Int32(socket), file: open(selection.quotingSocket, O_PATH | O_CLOEXEC)) : .none
        enclave = loaded
    }

    /// The software SGX where the kernel has no driver.
    private static func device() throws(EnclaveHostError) -> any EnclaveDevice {
        access("/dev/sgx_enclave", F_OK) == 0 ? try KernelDevice() : SoftwareDevice()
    }

    private static func folder(_ selection: EnclaveSelection, rootfs: String) throws -> EnclaveFolder {
        if let path = selection.runtime.folder { return try EnclaveFolder.open(path: path) }
        // Resolved inside the image: a link must not pass files of the host off as the image's.
        let root = try FileDescriptor.open(rootfs, O_PATH | O_DIRECTORY)
        let directory = try RootedPath(root: root.raw).open("/" + EnclaveFolder.name, O_RDONLY | O_DIRECTORY)
        return try EnclaveFolder.open(directory: directory, named: "/" + EnclaveFolder.name)
    }

    var isSimulated: Bool { enclave.isSimulated }

    /// The first entry: the enclave judges what the configuration wants of it.
    ///
    /// `image` is the root filesystem without the bundle's mounts.
    borrowing func boot(_ process: SpecProcess, image: consuming MountTree?) throws(RuntimeError) {
        var block = BootBlock()
        block.arguments = process.args.map { Array($0.utf8) }
        block.environment = process.env.map { Array($0.utf8) }
        block.workingDirectory = Array(process.cwd.utf8)
        block.hostname = Array((hostname ?? "").utf8)
        block.user = UserIdentity(uid: process.user.uid, gid: process.user.gid)
        block.logLevel = logLevel
        let files = try Self.duplicate(of: image)
        try RuntimeError.wrap {
            var services = HostServices(rootFilesystem: try FileDescriptor.open("/", O_PATH | O_DIRECTORY))
            services.quoting = quoting
            if files >= 0 { services.image = FileDescriptor(owning: files) }
            try enclave.boot(block, services: services)
        }
    }

    /// The number of the same open file again, or -1: with the last of them the kernel takes the copied mounts apart.
    private static func duplicate(of tree: consuming MountTree?) throws(RuntimeError) -> Int32 {
        guard let tree = consume tree else { return -1 }
        return try RuntimeError.wrap { try tree.descriptor.duplicate().release() }
    }

    /// Enters and stays until the program has ended; the process ends as the program did.
    ///
    /// Every thread of the host half is made in here: whatever restricts this process before restricts them all.
    consuming func run(doorway: Int32, owner: uid_t) -> Never {
        do throws(EnclaveHostError) {
            try Self.endOnSignals()
            DoorwayServer.start(listening: doorway, owner: owner, keeper: LibOSKeeper(enclave: enclave))
            let report = try enclave.run(relayingSignals: true)
            var log = RuntimeLog()
            log.debug = logLevel >= .debug
            log.debug(
                "the enclave had \(report.peakHeldPages * 4 >> 10) MiB at most; it accepted \(report.acceptedPages) pages while it ran "
                    + "and gave back \(report.returnedPages)")
            _exit(report.signal == 0 ? Int32(report.status & 0xff) : 128 + Int32(report.signal))
        } catch {
            RuntimeLog().error("\(error)")
            _exit(255)
        }
    }

    /// A first process has no default reactions; without these a request to end would be lost on an enclave whose manifest does not let it
    /// through to the program.
    private static func endOnSignals() throws(EnclaveHostError) {
        for signal in [SIGTERM, SIGINT, SIGQUIT, SIGHUP] {
            do throws(SystemCallError) {
                try SignalHandling.handle(signal, endOnSignal)
            } catch {
                throw .system(error)
            }
        }
    }
}

private func endOnSignal(_ number: Int32, _: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) {
    _exit(128 + number)
}
