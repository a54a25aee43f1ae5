import Glibc

/// Whose a file is and what may be done with it, links followed.
package struct FileStatus: Equatable, Sendable {
    package let mode: mode_t
    package let owner: uid_t
    package let group: gid_t

    package init(of path: String) throws(SystemCallError) {
        var status = stat()
        try SystemCallError.checkErrno(stat(path, &status), "examine \(path)")
        (mode, owner, group) = (status.st_mode, status.st_uid, status.st_gid)
    }

    package var isFolder: Bool { mode & S_IFMT == S_IFDIR }
}
