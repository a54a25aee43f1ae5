/// A file with the name it was reached by: what hard links have in common, and what tells them apart.
struct NamedNode {
    let node: Node
    /// `nil` where nobody knows, and at the top of a file system.
    let directory: Node?
    let name: Bytes

    /// A directory has one name; what is mounted has none in the file system it is in.
    init(_ node: Node, in directory: Node?, as name: Bytes) {
        let above = node.isDirectory ? node.parent : directory
        let isSame = above.map { $0.fileSystem === node.fileSystem } ?? false
        self.node = node
        self.directory = isSame ? above : nil
        self.name = node.isDirectory ? node.name : name
    }

    /// Whether it is still this directory's file of that name.
    ///
    /// BLOCKS.
    var isNamed: Bool {
        guard let directory else { return true }
        guard let found = try? directory.find(PathName(name), .kernel) else { return false }
        return found === node
    }
}
