import CLinux
import ContainerRuntime
import Glibc

/// Keeps the program file of `rune` out of a container's reach (CVE-2019-5736).
///
/// A container's process can name the executable of the process that made it: `#!/proc/self/exe` runs it, and /proc/PID/exe
/// opens it for writing once it is idle. So `rune` runs from a read-only copy of its mount that is attached nowhere: through
/// it nothing can be written, and nobody can remount it. Who may not copy mounts and owns the file runs from a sealed copy in memory.
enum SelfProtection {
    private static let executable = "/proc/self/exe"

    /// Executes this program again from there; returns when it already does, or cannot.
    ///
    /// What the caller left open is closed first: a created container would hold it, and its pipes would never end.
    static func engage(_ options: LaunchOptions) {
        _ = cl_close_from(3 + options.keptDescriptors)
        engage(options.log)
    }

    static func engage(_ log: RuntimeLog) {
        guard cl_is_on_readonly_mount(executable) == 0, cl_is_sealed(executable) == 0 else { return }
        let tree = cl_open_tree(AT_FDCWD, executable, 0)
        if tree >= 0, cl_mount_setattr(Int32(tree), cl_attr_rdonly, 0, 0, 0) == 0 {
            _ = cl_exec_descriptor(Int32(tree), CommandLine.unsafeArgv, environ)
        } else if isOwn {
            let copy = cl_sealed_copy(executable)
            if copy >= 0 { _ = cl_exec_descriptor(Int32(copy), CommandLine.unsafeArgv, environ) }
        } else {
            // A file of somebody else's is as safe from a container as from whoever runs it.
            return
        }
        log.warning("cannot run from a copy that nobody can write: a container could change \(executable)")
    }

    /// What belongs to this user belongs to the root of a container it makes.
    private static var isOwn: Bool {
        var information = stat()
        return stat(executable, &information) == 0 && (information.st_uid == geteuid() || access(executable, W_OK) == 0)
    }
}
