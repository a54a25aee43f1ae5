import CLinux
import Glibc
import Linux
import OCI

/// What the first process of a container does whose enclave runtime is a library: it stays, and the library runs the program.
///
/// Three steps, as with the LibOS: `init` loads the library with the host's view of files and before anything of the container is joined;
/// `initialise` makes the enclave as the container's user in its root; `run` when it is started. Between the first two nothing more can be
/// loaded: from an image come an enclave's files, never code of the host.
struct LibraryInit: ~Copyable {
    /// Faults of the process itself, and children and urgent data, which are the library's own business.
    private static let kept = [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT, SIGCHLD, SIGURG, SIGKILL, SIGSTOP]
    /// Given to every thread the library makes.
    static let relayed: UInt64 = kept.reduce(UInt64.max) { $0 & ~(1 << UInt64($1 - 1)) }

    private let library: any EnclaveLibrary
    private let selection: EnclaveSelection
    private let path: String

    init(_ selection: EnclaveSelection, _ loader: any EnclaveLibraryLoader) throws(RuntimeError) {
        guard let path = selection.runtime.library else { throw RuntimeError("the runtime \(selection.name) is no library") }
        try Self.checkOwner(path)
        cl_block_signals(Self.relayed)
        do throws(RuntimeError) {
            library = try loader.load(path, preload: selection.runtime.preload)
        } catch {
            throw RuntimeError("\(Self.name(selection)): \(error)")
        }
        self.selection = selection
        self.path = path
    }

    static func name(_ selection: EnclaveSelection) -> String {
        "the enclave runtime \(selection.name) (\(selection.runtime.library ?? ""))"
    }

    /// It runs with the host's rights until the container is entered.
    private static func checkOwner(_ path: String) throws(RuntimeError) {
        let status = try RuntimeError.wrap { try FileStatus(of: path) }
        guard status.owner == 0 || status.owner == geteuid(), status.mode & 0o022 == 0 else {
            throw RuntimeError("the library \(path) can be written by others than root: chown root and chmod go-w")
        }
    }

    /// Forbids to execute, or to map for execution, any file of the container, for good; the kernel sees to it.
    ///
    /// In the container's root, with its mounts made. Only /dev keeps the right, where enclave devices are mapped.
    borrowing func forbidLoading() throws(RuntimeError) {
        try RuntimeError.wrap("\(Self.name(selection)): forbid it to load more") {
            var change = MountAttributes()
            change.added = cl_attr_noexec
            let root = try FileDescriptor.open("/", O_PATH | O_DIRECTORY)
            try change.apply(to: root.raw, recursively: true, named: "/")
            change = MountAttributes()
            change.cleared = cl_attr_noexec
            for device in ["/dev"] + (selection.runtime.devices ?? []) {
                // What is no mount of its own was changed with the one that holds it.
                guard let place = try? FileDescriptor.open(device, O_PATH) else { continue }
                try? change.apply(to: place.raw, recursively: false, named: device)
            }
        }
    }

    borrowing func initialise(_ process: SpecProcess) throws(RuntimeError) {
        LibraryEnvironment(process.env).apply()
        do throws(RuntimeError) {
            try library.initialise(arguments: selection.arguments, logLevel: (selection.logLevel ?? .info).rawValue)
        } catch {
            throw RuntimeError("\(Self.name(selection)): \(error)")
        }
    }

    /// Runs the program to its end; the process ends as it did.
    consuming func run(_ process: SpecProcess, doorway: Int32, owner: uid_t) -> Never {
        let library = library
        LibrarySignals(library: library).start()
        let keeper = LibraryKeeper(library: library, allowsReports: selection.runtime.attestsFromHost)
        DoorwayServer.start(listening: doorway, owner: owner, keeper: keeper)
        let environment = ProcessEnvironment(process.env)
        // Where the image has the program as a file its full path is what libraries expect; where it is only inside the enclave, the name.
        let path = (try? ExecutableSearch(path: environment["PATH"]).find(process.args[0], in: process.cwd)) ?? process.args[0]
        do throws(RuntimeError) {
            let status = try library.run(
                path: path, arguments: [path] + process.args.dropFirst(), environment: environment.entries)
            Self.end(library, status & 0xff)
        } catch {
            RuntimeLog().error("\(Self.name(selection)): \(error)")
            Self.end(library, 255)
        }
    }

    /// Without what C runs at an exit: other threads are still there.
    private static func end(_ library: any EnclaveLibrary, _ status: Int32) -> Never {
        library.destroy()
        fflush(nil)
        _exit(status)
    }
}
