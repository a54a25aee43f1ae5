import Glibc

/// An open file descriptor, closed when its owner goes.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Opens without following a link in the last component; `path` is one component or relative to a trusted directory.
    init(_ path: [UInt8], in directory: Int32, flags: Int32) throws(SystemError) {
        number = withCString(path) { openat(directory, $0, flags | O_CLOEXEC | O_NOFOLLOW) }
        guard number >= 0 else { throw SystemError() }
    }

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens the directory at a path that the caller of the tool named; links in it count.
    static func directory(at path: String) throws(SystemError) -> Descriptor {
        try Descriptor(Array((path.hasSuffix("/") ? path + "." : path + "/.").utf8), in: AT_FDCWD, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Opens a directory below `directory`, one component after the other, none of them a link.
    static func directory(_ components: [[UInt8]], below directory: Int32) throws(SystemError) -> Descriptor {
        var current = try Descriptor([46], in: directory, flags: O_RDONLY | O_DIRECTORY)
        for component in components {
            current = try Descriptor(component, in: current.number, flags: O_RDONLY | O_DIRECTORY)
        }
        return current
    }

    func status() throws(SystemError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw SystemError() }
        return status
    }

    /// Reads until `buffer` is full or the file ends; returns the bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(number, buffer.baseAddress.map { $0 + done }, buffer.count - done, offset + done)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError() }
            if count == 0 { break }
            done += count
        }
        return done
    }
}

/// The errno of a call that failed.
struct SystemError: Error {
    let number: Int32
    init() { number = errno }
    init(_ number: Int32) { self.number = number }
    var reason: String { String(cString: strerror(number)) }
}

func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { text in
            guard let start = text.baseAddress else { preconditionFailure("a terminated string has a first byte") }
            return body(start)
        }
    }
}
