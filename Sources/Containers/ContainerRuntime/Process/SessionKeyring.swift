import CLinux
import Glibc
import Linux

/// The session keyring that all processes of a container share, instead of the caller's.
enum SessionKeyring {
    /// Makes it, or joins it where it is there.
    ///
    /// A kernel without keyrings, or a filter around us that forbids them, leaves the container none to look into. Any other failure would leave
    /// it the caller's.
    static func join(of id: String) throws(SystemCallError) {
        let result = cl_new_session_keyring("_ses.\(id)")
        guard result != -Int(ENOSYS), result != -Int(EPERM) else { return }
        try SystemCallError.check(result, "make a session keyring (--no-new-keyring does without)")
    }
}
