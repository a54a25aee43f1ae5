/// /proc/N/task.
final class TaskDirectory: GeneratedDirectory {
    private let process: Process
    private var directories = IntegerTable<GeneratedDirectory>()

    init(_ fileSystem: FileSystem, _ process: Process) {
        self.process = process
        super.init(fileSystem)
    }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        guard let id = name.bytes.decimal else { return nil }
        for thread in process.threads where thread.id == Int32(bitPattern: id) { return directory(of: thread) }
        return nil
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        for thread in process.threads {
            list.append(
                DirectoryEntry(name: ProcessTree.number(thread.id), number: directory(of: thread).number, kind: .directory))
        }
        return list
    }

    private func directory(of thread: Thread) -> GeneratedDirectory {
        let key = UInt64(UInt32(bitPattern: thread.id))
        if let known = directories[key] { return known }
        let directory = GeneratedDirectory(fileSystem)
        let process = process
        let id = thread.id
        directory.parent = self
        directory.name = ProcessTree.number(id)
        directory.add("stat") { () throws(Errno) in ProcessTexts.stat(process, thread: try Self.find(process, id)) }
        directory.add("status") { () throws(Errno) in ProcessTexts.status(process, thread: try Self.find(process, id)) }
        directory.add(
            "comm",
            GeneratedNode(
                fileSystem, mode: 0o644,
                save: { (bytes) throws(Errno) in
                    try Self.find(process, id).name = Bytes(bytes.prefix(15).prefix { $0 != 10 && $0 != 0 })
                }, { () throws(Errno) in try Self.find(process, id).name + [10] }))
        directories.set(key, directory)
        return directory
    }

    private static func find(_ process: Process, _ id: Int32) throws(Errno) -> Thread {
        for thread in process.threads where thread.id == id { return thread }
        throw .ESRCH
    }
}
