import CLinux
import ContainerRuntime
import Glibc

/// Keeps the program file of `rune` out of a container's reach (CVE-2019-5736).
///
/// A container's process can name the executable of the process that made it: `#!/proc/self/exe` runs it, and /proc/PID/exe
/// opens it for writing once it is idle. So `rune` runs from a read-only copy of its mount that is attached nowhere: through
/// it nothing can be written, and nobody can remount it.
enum SelfProtection {
    private static let executable = "/proc/self/exe"

    /// Executes this program again from such a mount; returns when it already does, or cannot.
    ///
    /// What the caller left open is closed first: a created container would hold it, and its pipes would never end.
    static func engage(_ options: LaunchOptions) {
        _ = cl_close_from(3 + options.preservedDescriptors)
        engage(options.log)
    }

    static func engage(_ log: RuntimeLog) {
        guard cl_is_on_readonly_mount(executable) == 0 else { return }
        let tree = cl_open_tree(AT_FDCWD, executable, 0)
        guard tree >= 0, cl_mount_setattr(Int32(tree), cl_attr_rdonly, 0, 0, 0) == 0 else {
            // Without privilege over mounts there is none over the file either.
            return log.debug("cannot run from a read-only mount")
        }
        _ = cl_exec_descriptor(Int32(tree), CommandLine.unsafeArgv, environ)
        log.debug("cannot execute from a read-only mount")
    }
}
