/// /proc/N/fdinfo.
final class DescriptorInformationDirectory: GeneratedDirectory {
    private let process: Process

    init(_ fileSystem: FileSystem, _ process: Process) {
        self.process = process
        super.init(fileSystem, mode: 0o500)
    }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        guard let number = name.bytes.decimal, let descriptor = Int32(exactly: number) else { return nil }
        let file: OpenFile
        do throws(Errno) { file = try process.descriptors.get(descriptor) } catch { return nil }
        return GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in
            var text = TextBuilder("pos:\t")
            text.add((file as? PositionedFile)?.offset ?? 0)
            text.add("\nflags:\t0")
            text.add(octal: file.statusFlags, digits: 7)
            text.add("\nmnt_id:\t")
            text.add(file.node.fileSystem.device)
            text.add("\nino:\t")
            text.add(file.node.number)
            text.add("\n")
            return text.bytes
        }
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        var list: [DirectoryEntry] = []
        for descriptor in process.descriptors.inUse {
            list.append(
                DirectoryEntry(name: ProcessTree.number(descriptor), number: number + UInt64(descriptor) + 1, kind: .regular))
        }
        return list
    }
}
