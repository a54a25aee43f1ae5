import Foundation
import Glibc
import Linux

/// A file that goes away with its descriptor.
enum UnnamedFile {
    static func file(_ contents: [UInt8]) throws -> FileDescriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        unlink(path)
        _ = write(file.raw, contents, contents.count)
        return file
    }

    static func text(_ file: borrowing FileDescriptor) throws -> String {
        String(decoding: try BoundedFile.read(file, "scratch", limit: 1 << 20), as: UTF8.self)
    }
}
