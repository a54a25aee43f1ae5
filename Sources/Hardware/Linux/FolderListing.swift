import Glibc

/// The names in an open directory.
package enum FolderListing {
    /// Without `.` and `..`; the descriptor stays as it was.
    package static func names(of directory: Int32, _ path: String) throws(SystemCallError) -> [String] {
        let own = try SystemCallError.checkErrno(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "list \(path)")
        guard let stream = fdopendir(own) else {
            close(own)
            throw SystemCallError(errno, "list \(path)")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
