import Glibc
import Wire

/// What is taken from a regular file's bytes.
struct FileContent: Sendable {
    let digests: [UInt8]
    let attributes: [IndexAttribute]
    let sites: SiteScan
    /// Why an executable file cannot be a program.
    let fault: String?

    /// Reads files of one directory; `whenDone` is called after each.
    static func read(
        _ files: [TreeWalk.File], below root: Int32, whenDone: () -> Void
    ) throws(BuildError) -> [FileContent] {
        guard let first = files.first else { return [] }
        var current = first.directory
        do throws(SystemError) {
            let directory = try Descriptor.directory(first.directory, below: root)
            var contents: [FileContent] = []
            for file in files {
                current = file.directory + [file.name]
                contents.append(try FileContent(of: file, in: directory))
                whenDone()
            }
            return contents
        } catch {
            guard error.number == ESTALE else { throw TreeWalk.unreadable(current, error) }
            throw BuildError(
                "cannot index /" + String(decoding: Array(current.joined(separator: [47])), as: UTF8.self),
                why: "it changed while it was read", remedy: "build from a tree that nobody writes to")
        }
    }

    private init(of file: TreeWalk.File, in directory: borrowing Descriptor) throws(SystemError) {
        let open = try Descriptor(file.name, in: directory.number, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard Self.isSame(try open.status(), file.status) else { throw SystemError(ESTALE) }
        digests = try FileDigests(of: open, size: file.status.st_size).digests
        attributes = try open.attributes()
        sites = try SiteScan(of: open, size: file.status.st_size)
        let isExecutable = file.status.st_mode & 0o111 != 0
        fault = isExecutable ? try ProgramCheck.fault(of: open, size: file.status.st_size) : nil
        guard Self.isSame(try open.status(), file.status) else { throw SystemError(ESTALE) }
    }

    private static func isSame(_ a: stat, _ b: stat) -> Bool {
        a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size && a.st_mode == b.st_mode
            && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec
    }
}
