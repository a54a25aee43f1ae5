import Glibc

/// Whole small files, read and written in one go.
package enum FileContents {
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemCallError) -> [UInt8] {
        try read(FileDescriptor.open(path, O_RDONLY), path, limit: limit)
    }

    package static func read(
        _ descriptor: borrowing FileDescriptor, _ name: String, limit: Int = 16 << 20
    ) throws(SystemCallError) -> [UInt8] {
        var contents: [UInt8] = []
        var failure: Int32 = 0
        while contents.count <= limit {
            let chunk = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
                let result = Glibc.read(descriptor.raw, buffer.baseAddress, 16384)
                if result < 0 { failure = errno }
                count = max(0, result)
            }
            if failure == EINTR {
                failure = 0
                continue
            }
            guard failure == 0 else { throw SystemCallError(failure, "read \(name)") }
            if chunk.isEmpty { return contents }
            contents += chunk
        }
        throw SystemCallError(EFBIG, "read \(name)")
    }

    package static func text(_ path: String) throws(SystemCallError) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    package static func write(_ text: String, to path: String) throws(SystemCallError) {
        try write(Array(text.utf8), to: FileDescriptor.open(path, O_WRONLY | O_TRUNC), path)
    }

    package static func write(
        _ contents: [UInt8], to descriptor: borrowing FileDescriptor, _ name: String
    ) throws(SystemCallError) {
        var rest = contents[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor.raw, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemCallError(errno, "write \(name)")
            }
            rest = rest.dropFirst(count)
        }
    }

    /// A reader sees the old contents or the new ones, never half of them.
    package static func replace(_ path: String, with contents: [UInt8], mode: mode_t) throws(SystemCallError) {
        let temporary = path + ".new"
        // What lies there was left half written, or put there by somebody else to be written to.
        unlink(temporary)
        let descriptor = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        do throws(SystemCallError) {
            try write(contents, to: descriptor, temporary)
            try SystemCallError.checkErrno(rename(temporary, path), "replace \(path)")
        } catch {
            unlink(temporary)
            throw error
        }
    }
    /// As `replace`, and what is there stays there when the power fails; however many replace it at once.
    package static func replaceDurably(_ path: String, with contents: [UInt8], mode: mode_t) throws(SystemCallError) {
        let temporary = try stage(contents, for: path, mode: mode)
        do throws(SystemCallError) {
            try SystemCallError.checkErrno(rename(temporary, path), "replace \(path)")
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Writes a file beside `path`, down to the disk, and gives its name to whoever puts it in place.
    package static func stage(_ contents: [UInt8], for path: String, mode: mode_t) throws(SystemCallError) -> String {
        let temporary = "\(path).\(getpid()).\(UInt64.random(in: .min ... .max))"
        let descriptor = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        do throws(SystemCallError) {
            try write(contents, to: descriptor, temporary)
            try SystemCallError.checkErrno(fsync(descriptor.raw), "write \(temporary)")
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }
}
