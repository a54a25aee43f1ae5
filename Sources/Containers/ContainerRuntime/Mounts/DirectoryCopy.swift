import CLinux
import Glibc
import Linux
import OCI

/// What an image has in a folder, to be copied into the tmpfs that covers it (`tmpcopyup`).
///
/// Each file is reached by its name in an open directory and never through a link, since the image may be anything.
struct DirectoryCopy: ~Copyable {
    private static let depthLimit = 128
    private let source: FileDescriptor
    private let path: String

    init(of path: String, in root: RootedPath) throws(SystemCallError) {
        self.path = path
        source = try root.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Owner, mode and times of the folder itself too, but for what the mount's options have said of it.
    func copy(into target: borrowing FileDescriptor, as options: MountOptions) throws(SystemCallError) {
        let writable = try FileDescriptor.open(in: target.raw, ".", O_RDONLY | O_DIRECTORY)
        try copyEntries(source.raw, writable.raw, depth: 0)
        var given = stat()
        try check(fstat(writable.raw, &given), path)
        try finish(source.raw, writable.raw)
        let uid = options.sets("uid") ? given.st_uid : uid_t.max
        try check(fchown(writable.raw, uid, options.sets("gid") ? given.st_gid : gid_t.max), path)
        if options.sets("mode") { try check(fchmod(writable.raw, given.st_mode & 0o7777), path) }
    }

    private func copyEntries(_ from: Int32, _ to: Int32, depth: Int) throws(SystemCallError) {
        guard depth < Self.depthLimit else { throw SystemCallError(ENAMETOOLONG, "copy \(path)") }
        for name in try FolderListing.names(of: from, path) {
            var information = stat()
            try check(fstatat(from, name, &information, AT_SYMLINK_NOFOLLOW), name)
            switch information.st_mode & S_IFMT {
            case S_IFDIR: try copyFolder(name, from, to, information, depth)
            case S_IFREG: try copyFile(name, from, to, information)
            case S_IFLNK: try copyLink(name, from, to, information)
            // Sockets too: nobody listens on a copy, as on the original.
            default:
                try check(mknodat(to, name, information.st_mode, information.st_rdev), name)
                try own(name, to, information)
            }
        }
    }

    private func copyFolder(_ name: String, _ from: Int32, _ to: Int32, _ information: stat, _ depth: Int) throws(SystemCallError) {
        let original = try FileDescriptor.open(in: from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try check(mkdirat(to, name, 0o700), name)
        let made = try FileDescriptor.open(in: to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try copyEntries(original.raw, made.raw, depth: depth + 1)
        try finish(original.raw, made.raw)
    }

    private func copyFile(_ name: String, _ from: Int32, _ to: Int32, _ information: stat) throws(SystemCallError) {
        let original = try FileDescriptor.open(in: from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let made = try FileDescriptor.open(in: to, name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        var rest = Int(information.st_size)
        while rest > 0 {
            let count = sendfile(made.raw, original.raw, nil, min(rest, 1 << 30))
            try check(Int32(truncatingIfNeeded: min(count, 1)), name)
            if count == 0 { break }
            rest -= count
        }
        try finish(original.raw, made.raw)
    }

    private func copyLink(_ name: String, _ from: Int32, _ to: Int32, _ information: stat) throws(SystemCallError) {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        try check(Int32(readlinkat(from, name, &buffer, Int(PATH_MAX))), name)
        try check(symlinkat(buffer, to, name), name)
        try own(name, to, information)
    }

    private func own(_ name: String, _ folder: Int32, _ information: stat) throws(SystemCallError) {
        try check(fchownat(folder, name, information.st_uid, information.st_gid, AT_SYMLINK_NOFOLLOW), name)
    }

    /// The mode after the owner, whose change takes set-user-id away.
    private func finish(_ from: Int32, _ to: Int32) throws(SystemCallError) {
        var information = stat()
        try check(fstat(from, &information), path)
        try check(fchown(to, information.st_uid, information.st_gid), path)
        try check(fchmod(to, information.st_mode & 0o7777), path)
        _ = cl_copy_attributes(from, to)
        let times = [information.st_atim, information.st_mtim]
        try check(futimens(to, times), path)
    }

    private func check(_ result: Int32, _ name: String) throws(SystemCallError) {
        try SystemCallError.checkErrno(result, "copy \(name) of \(path)")
    }
}
