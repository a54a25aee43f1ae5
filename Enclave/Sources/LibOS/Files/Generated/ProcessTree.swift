/// /proc: the processes of the enclave, and what programs ask about the machine.
final class ProcessTree: GeneratedDirectory {
    private var directories = IntegerTable<ProcessDirectory>()

    init(_ fileSystem: FileSystem) {
        super.init(fileSystem)
        add("self", GeneratedLink(fileSystem) { (caller) throws(Errno) in Self.number(caller.process?.id ?? 1) })
        add(
            "thread-self",
            GeneratedLink(fileSystem) { (caller) throws(Errno) in
                guard let process = caller.process else { throw .ENOENT }
                var text = TextBuilder()
                text.add(process.id)
                text.add("/task/")
                text.add(currentThread.id)
                return text.bytes
            })
        add("mounts", GeneratedLink(fileSystem, to: "self/mounts"))
        MachineFiles.add(to: self)
        KernelSettings.add(to: self)
    }

    static func number(_ id: Int32) -> Bytes {
        var text = TextBuilder()
        text.add(id)
        return text.bytes
    }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        if name[0] >= 48, name[0] <= 57 {
            guard let id = name.bytes.decimal else { return nil }
            guard let process = ProcessList.find(Int32(bitPattern: id)) else {
                directories.remove(UInt64(id))
                return nil
            }
            return directory(of: process)
        }
        return try super.find(name, caller)
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list = try super.entries(caller)
        for process in ProcessList.all {
            let node = directory(of: process)
            list.append(DirectoryEntry(name: Self.number(process.id), number: node.number, kind: .directory))
        }
        return list
    }

    /// The same node as long as it is the same process, so that file numbers stay.
    private func directory(of process: Process) -> ProcessDirectory {
        let key = UInt64(UInt32(bitPattern: process.id))
        if let known = directories[key], known.process === process { return known }
        let directory = ProcessDirectory(fileSystem, process)
        directory.parent = self
        directory.name = Self.number(process.id)
        directories.set(key, directory)
        return directory
    }
}
