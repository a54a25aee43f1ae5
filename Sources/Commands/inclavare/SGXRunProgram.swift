import CLinux
import Glibc
import Linux

/// A program that `sgx-run` was asked to start, and whether a preloaded library reaches it.
struct SGXRunProgram {
    let path: String

    /// Looks along PATH as a shell does: the first file that may be executed, else the first that is there.
    init(finding name: String) throws(SGXRunFailure) {
        let folders =
            name.contains("/") ? [] : (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin").split(separator: ":")
        let places = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
        let present = places.filter { access($0, F_OK) == 0 }
        guard let first = present.first else { throw .notFound(name) }
        path = present.first { access($0, X_OK) == 0 && !Self.isFolder($0) } ?? first
        guard !Self.isFolder(path) else { throw .cannotRun(path, why: "it is a folder") }
        guard access(path, X_OK) == 0 else { throw .cannotRun(path, why: String(cString: strerror(errno))) }
    }

    /// The loader must take LD_PRELOAD and our library: a dynamic x86-64 program of glibc that gains no privileges.
    func requireReachable() throws(SGXRunFailure) {
        try requireNoPrivileges()
        let executable = try interpreters()
        try Self.requireDynamic(executable)
    }

    private static func isFolder(_ path: String) -> Bool {
        (try? FileStatus(of: path))?.isFolder == true
    }

    /// The loader of a program that gains privileges ignores LD_PRELOAD; scripts gain none.
    private func requireNoPrivileges() throws(SGXRunFailure) {
        let status: FileStatus
        do throws(SystemCallError) { status = try FileStatus(of: path) } catch {
            throw .cannotRun(path, why: SystemCallError.reason(error.code))
        }
        let user = status.mode & S_ISUID != 0 && status.owner != getuid()
        let group = status.mode & S_ISGID != 0 && status.mode & S_IXGRP != 0 && status.group != getgid()
        let capable = getuid() != 0 && getxattr(path, "security.capability", nil, 0) > 0
        guard user || group || capable else { return }
        let what = user ? "set-user-ID" : group ? "set-group-ID" : "a file with capabilities"
        throw .unreachable(path, why: "it is \(what)", remedy: "run a copy without that, or as its owner")
    }

    /// Follows `#!` as the kernel does, at most four times.
    private func interpreters() throws(SGXRunFailure) -> String {
        var current = path
        for _ in 0..<5 {
            let head = try Self.bytes(of: current, at: 0, 512)
            guard head.starts(with: [0x23, 0x21]) else { return current }
            let line = head.dropFirst(2).prefix { $0 != 0x0a }
            let words = line.split { $0 == 0x20 || $0 == 0x09 }
            guard let word = words.first else { throw .cannotRun(current, why: "its #! line names no interpreter") }
            let next = String(decoding: word, as: UTF8.self)
            guard access(next, X_OK) == 0 else { throw .cannotRun(current, why: "its interpreter \(next) is not there") }
            current = next
        }
        throw .cannotRun(path, why: "its interpreters are scripts, more than four deep")
    }

    private static func requireDynamic(_ path: String) throws(SGXRunFailure) {
        let head = try bytes(of: path, at: 0, 64)
        guard head.count == 64, head.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else {
            throw .cannotRun(path, why: "it is neither an ELF file nor a script")
        }
        guard head[4] == 2, integer(head, 18, 2) == 62 else {
            throw .unreachable(path, why: "it is not a program for x86-64", remedy: "run a 64-bit one")
        }
        guard let loader = try loader(of: path, head) else {
            throw .unreachable(path, why: "it is statically linked and takes no library", remedy: "link it dynamically")
        }
        guard loader.hasSuffix("/ld-linux-x86-64.so.2") else {
            throw .unreachable(path, why: "its loader \(loader) is not glibc's", remedy: "link it against glibc")
        }
    }

    /// What PT_INTERP names.
    private static func loader(of path: String, _ head: [UInt8]) throws(SGXRunFailure) -> String? {
        let table = try bytes(of: path, at: integer(head, 32, 8), Int(integer(head, 56, 2)) * 56)
        for place in stride(from: 0, to: table.count - table.count % 56, by: 56) where integer(table, place, 4) == 3 {
            let name = try bytes(of: path, at: integer(table, place + 8, 8), 4096)
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        }
        return nil
    }

    /// As many of the bytes as the file has.
    private static func bytes(of path: String, at offset: UInt64, _ count: Int) throws(SGXRunFailure) -> [UInt8] {
        do throws(SystemCallError) {
            let file = try FileDescriptor.open(path, O_RDONLY)
            return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(0, pread(file.raw, buffer.baseAddress, count, off_t(truncatingIfNeeded: offset)))
            }
        } catch {
            throw .cannotRun(path, why: "it cannot be read: \(SystemCallError.reason(error.code))")
        }
    }

    private static func integer(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
        bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
