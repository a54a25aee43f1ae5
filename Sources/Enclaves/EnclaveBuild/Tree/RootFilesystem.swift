import Dispatch
import Glibc
import Synchronization
import Wire

/// A root filesystem on disk as the nodes of an index, every file hashed and searched for system-call sites.
public struct RootFilesystem: Sendable {
    package private(set) var nodes: [IndexNode]
    /// Names in the tree, the root itself not counted.
    public var entryCount: Int {
        nodes.reduce(0) { count, node in
            if case .directory(let entries) = node.content { count + entries.count } else { count }
        }
    }
    public let fileCount: Int
    public let byteCount: UInt64
    public private(set) var siteCount = 0
    /// System-call and CPUID instructions that were found and are left to the trap.
    public private(set) var trappedCount = 0
    /// Executable files that could not be loaded, by inode.
    private(set) var programFaults: [UInt32: String] = [:]
    /// The newest modification time in the tree, seconds since 1970.
    public let newestDate: UInt64

    /// - Parameter progress: files done and files in all; called from several threads, often.
    public init(at path: String, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }) throws(BuildError) {
        let root: Descriptor
        do throws(SystemError) {
            root = try Descriptor.directory(at: path)
        } catch {
            throw BuildError(
                "cannot open the root filesystem \(path)", why: error.reason,
                remedy: "give a directory that holds usr, bin and so on")
        }
        let walk = try TreeWalk(of: root)
        nodes = walk.nodes
        fileCount = walk.files.count
        byteCount = walk.files.reduce(0) { $0 + UInt64($1.status.st_size) }
        newestDate = UInt64(max(0, walk.newestDate))
        for (file, read) in zip(walk.files, try Self.read(walk.files, below: root, progress: progress)) {
            nodes[file.inode].attributes = read.attributes
            nodes[file.inode].content = .file(size: UInt64(file.status.st_size), digests: read.digests, sites: read.sites.sites)
            siteCount += read.sites.sites.count
            trappedCount += read.sites.trapped
            programFaults[UInt32(file.inode)] = read.fault
        }
    }

    public func index() throws(BuildError) -> IndexImage {
        do throws(IndexError) { return try IndexWriter.image(of: nodes) } catch {
            throw BuildError("cannot write the index", why: "the tree has more than the format holds", remedy: "split the image")
        }
    }

    /// Two threads are as fast as the storage of most machines; batches keep a directory's descriptor for their files.
    private static func read(
        _ files: [TreeWalk.File], below root: borrowing Descriptor, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(BuildError) -> [FileContent] {
        let batches = batches(of: files)
        let results = Mutex<[Int: Result<[FileContent], BuildError>]>([:])
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let number = root.number
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let batch = next.add(1, ordering: .relaxed).oldValue
                guard batch < batches.count else { return }
                let result = Result { () throws(BuildError) in
                    try FileContent.read(batches[batch], below: number) {
                        progress(done.add(1, ordering: .relaxed).newValue, files.count)
                    }
                }
                if case .failure = result { next.store(batches.count, ordering: .relaxed) }
                results.withLock { $0[batch] = result }
            }
        }
        let all = results.withLock { $0 }
        var contents: [FileContent] = []
        contents.reserveCapacity(files.count)
        for result in all.sorted(by: { $0.key < $1.key }) { contents += try result.value.get() }
        return contents
    }

    private static func batches(of files: [TreeWalk.File]) -> [[TreeWalk.File]] {
        var batches: [[TreeWalk.File]] = []
        for file in files {
            if let last = batches.last, last.count < 32, last[0].directory == file.directory {
                batches[batches.count - 1].append(file)
            } else {
                batches.append([file])
            }
        }
        return batches
    }
}
