import Glibc
import Wire

/// Walks a root filesystem without ever following a link, and numbers what it finds: a directory's children one after the other.
struct TreeWalk {
    /// A regular file whose bytes are still to be read.
    struct File {
        let inode: Int
        let directory: [[UInt8]]
        let name: [UInt8]
        let status: stat
    }

    /// The folder of a built enclave, which is not part of what it measures.
    static let excluded = Array(".inclavare".utf8)

    private(set) var nodes: [IndexNode] = []
    private(set) var files: [File] = []
    private(set) var newestDate: Int64 = 0
    private var known: [Identity: UInt32] = [:]
    private var device: dev_t

    private struct Identity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    private struct Pending {
        let inode: Int
        let path: [[UInt8]]
    }

    init(of root: borrowing Descriptor) throws(BuildError) {
        do throws(SystemError) {
            let status = try root.status()
            device = status.st_dev
            nodes = [Self.node(of: status, content: .directory([]))]
        } catch { throw Self.unreadable([], error) }
        var pending = [Pending(inode: 0, path: [])]
        while let next = pending.popLast() {
            let found = try list(next, below: root)
            pending.append(contentsOf: found.reversed())
        }
        settleRoot()
    }

    /// Lists one directory; returns the directories in it.
    private mutating func list(_ directory: Pending, below root: borrowing Descriptor) throws(BuildError) -> [Pending] {
        var path = directory.path
        do throws(SystemError) {
            let open = try Descriptor.directory(directory.path, below: root.number)
            nodes[directory.inode].attributes = try open.attributes()
            var entries: [IndexEntry] = []
            var directories: [Pending] = []
            for name in try open.names() where !(directory.inode == 0 && name == Self.excluded) {
                path = directory.path + [name]
                let status = try open.status(of: name)
                let number = try add(name, status, in: open, directory)
                entries.append(IndexEntry(name: name, inode: number, type: UInt8(status.st_mode >> 12 & 15)))
                guard status.st_mode & S_IFMT == S_IFDIR else { continue }
                guard status.st_dev == device else { throw SystemError(EXDEV) }
                directories.append(Pending(inode: Int(number), path: path))
            }
            nodes[directory.inode].content = .directory(entries)
            nodes[directory.inode].linkCount = 2 + UInt32(directories.count)
            return directories
        } catch { throw Self.unreadable(path, error) }
    }

    private mutating func add(
        _ name: [UInt8], _ status: stat, in open: borrowing Descriptor, _ directory: Pending
    ) throws(SystemError) -> UInt32 {
        let isDirectory = status.st_mode & S_IFMT == S_IFDIR
        let identity = Identity(device: status.st_dev, inode: status.st_ino)
        if !isDirectory, status.st_nlink > 1 {
            if let number = known[identity] {
                nodes[Int(number)].linkCount += 1
                return number
            }
            known[identity] = UInt32(nodes.count)
        }
        var content = IndexNode.Content.special
        switch status.st_mode & S_IFMT {
        case S_IFDIR: content = .directory([])
        case S_IFLNK: content = .link(try open.linkTarget(of: name))
        case S_IFREG:
            content = .file(size: UInt64(status.st_size), digests: [], sites: [])
            files.append(File(inode: nodes.count, directory: directory.path, name: name, status: status))
        default: break
        }
        var node = Self.node(of: status, content: content)
        if isDirectory { node.parent = UInt32(directory.inode) }
        newestDate = max(newestDate, node.modificationSeconds)
        nodes.append(node)
        return UInt32(nodes.count - 1)
    }

    private static func node(of status: stat, content: IndexNode.Content) -> IndexNode {
        var node = IndexNode(mode: status.st_mode, content: content)
        node.uid = status.st_uid
        node.gid = status.st_gid
        node.modificationSeconds = Int64(status.st_mtim.tv_sec)
        node.modificationNanoseconds = UInt32(status.st_mtim.tv_nsec)
        if [S_IFCHR, S_IFBLK].contains(status.st_mode & S_IFMT) {
            node.deviceMajor = UInt32(status.st_rdev >> 8 & 0xfff | status.st_rdev >> 32 & 0xffff_f000)
            node.deviceMinor = UInt32(status.st_rdev & 0xff | status.st_rdev >> 12 & 0xffff_ff00)
        }
        return node
    }

    /// Writing `/.inclavare` changes the date of the root directory, so it is given that of its newest entry instead.
    private mutating func settleRoot() {
        guard case .directory(let entries) = nodes[0].content else { return }
        let dates = entries.map { (nodes[Int($0.inode)].modificationSeconds, nodes[Int($0.inode)].modificationNanoseconds) }
        let newest = dates.max { $0 < $1 } ?? (0, 0)
        nodes[0].modificationSeconds = newest.0
        nodes[0].modificationNanoseconds = newest.1
    }

    static func unreadable(_ path: [[UInt8]], _ error: SystemError) -> BuildError {
        let text = "cannot index /" + String(decoding: Array(path.joined(separator: [47])), as: UTF8.self)
        switch error.number {
        case EXDEV:
            return BuildError(text, why: "another file system is mounted there", remedy: "unmount it, an image is one tree")
        case EACCES, EPERM:
            return BuildError(text, why: error.reason, remedy: "build as the owner of the root filesystem, usually root")
        default: return BuildError(text, why: error.reason, remedy: "make it readable, or remove it from the root filesystem")
        }
    }
}
