import CLinux
import Glibc

/// Files of a foreign directory, read within a bound.
package enum BoundedFile {
    /// Opens a regular file below `directory` by a path without symbolic links.
    package static func open(
        _ path: String, below directory: borrowing FileDescriptor, of place: String
    ) throws(SystemCallError) -> FileDescriptor {
        let result = cl_open_below(directory.raw, path, 0)
        guard result >= 0 else { throw SystemCallError(Int32(-result), "open \(place)/\(path)") }
        let file = FileDescriptor(owning: Int32(result))
        guard try size(of: file, "\(place)/\(path)") >= 0 else { throw SystemCallError(EINVAL, "read \(place)/\(path)") }
        return file
    }

    /// The size of a regular file; anything else is refused.
    package static func size(of file: borrowing FileDescriptor, _ name: String) throws(SystemCallError) -> Int {
        var status = stat()
        try SystemCallError.checkErrno(fstat(file.raw, &status), "examine \(name)")
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemCallError(EINVAL, "read \(name), not a regular file") }
        return Int(status.st_size)
    }

    /// All bytes of a regular file no longer than `limit`.
    package static func read(
        _ file: borrowing FileDescriptor, _ name: String, limit: Int
    ) throws(SystemCallError) -> [UInt8] {
        let size = try size(of: file, name)
        guard size <= limit else { throw SystemCallError(EFBIG, "read \(name)") }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let result = pread(file.raw, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
                if result < 0, errno == EINTR { continue }
                if result < 0 { failure = errno }
                if result <= 0 { return }
                count += result
            }
        }
        guard failure == 0 else { throw SystemCallError(failure, "read \(name)") }
        return bytes
    }
}
