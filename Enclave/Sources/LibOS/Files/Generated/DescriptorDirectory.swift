/// /proc/N/fd: links that lead to the open files themselves.
final class DescriptorDirectory: GeneratedDirectory {
    private let process: Process
    private var links = IntegerTable<GeneratedLink>()

    init(_ fileSystem: FileSystem, _ process: Process) {
        self.process = process
        super.init(fileSystem, mode: 0o500)
    }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        guard let number = name.bytes.decimal, let descriptor = Int32(exactly: number) else { return nil }
        do throws(Errno) { _ = try process.descriptors.get(descriptor) } catch { return nil }
        return link(descriptor)
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        for descriptor in process.descriptors.inUse {
            list.append(DirectoryEntry(name: ProcessTree.number(descriptor), number: link(descriptor).number, kind: .link))
        }
        return list
    }

    private func link(_ descriptor: Int32) -> GeneratedLink {
        let key = UInt64(UInt32(bitPattern: descriptor))
        if let known = links[key] { return known }
        let process = process
        let link = GeneratedLink(
            fileSystem,
            object: { (_) throws(Errno) in
                let file = try process.descriptors.get(descriptor)
                return (node: file.node, path: file.path)
            }, { (_) throws(Errno) in try process.descriptors.get(descriptor).shownPath() })
        links.set(key, link)
        return link
    }
}
