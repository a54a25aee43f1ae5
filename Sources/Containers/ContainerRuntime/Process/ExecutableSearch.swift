import Glibc
import Linux

/// Finds the program of `args[0]` as execvp would, in the container's own file system and `PATH`.
struct ExecutableSearch {
    /// `PATH` of its environment.
    let path: String?

    /// The texts are those of runc to the letter: podman and docker turn them into the exit codes 126 and 127.
    func find(_ name: String, in directory: String) throws(RuntimeError) -> String {
        if name.contains("/") {
            let path = name.hasPrefix("/") ? name : directory + "/" + name
            if let code = Self.refusal(path) {
                let reason = code == ENOENT ? "stat \(name): no such file or directory" : "permission denied"
                throw RuntimeError("exec: \"\(name)\": \(reason)")
            }
            return path
        }
        for folder in (path ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(separator: ":") {
            let candidate = "\(folder)/\(name)"
            if Self.refusal(candidate) == nil { return candidate }
        }
        throw RuntimeError("exec: \"\(name)\": executable file not found in $PATH")
    }

    private static func refusal(_ path: String) -> Int32? {
        var information = stat()
        guard stat(path, &information) == 0 else { return errno == ENOTDIR ? ENOENT : errno }
        guard information.st_mode & S_IFMT == S_IFREG, information.st_mode & 0o111 != 0 else { return EACCES }
        return nil
    }
}
