import Wire

/// Follows the entrypoint through the indexed trees as the LibOS will, so that a missing one is an error of the build.
struct EntrypointCheck {
    private static let mostLinks = 40

    /// The root filesystem, then the folders of verified mounts.
    private let trees: [RootFilesystem]
    /// Mount points by their components, with their places in `trees`.
    private let mounts: [[[UInt8]]: Int]

    private struct Place {
        let tree: Int
        let inode: UInt32
        let path: [[UInt8]]
    }

    init(_ filesystem: RootFilesystem, _ folders: VerifiedFolders) {
        trees = [filesystem] + folders.all.map(\.filesystem)
        var mounts: [[[UInt8]]: Int] = [:]
        for (number, folder) in folders.all.enumerated() { mounts[Self.components(Array(folder.path.utf8))] = number + 1 }
        self.mounts = mounts
    }

    private static func components(_ path: [UInt8]) -> [[UInt8]] { path.split(separator: 47).map { Array($0) } }

    func check(_ path: [UInt8]) throws(BuildError) {
        let text = String(decoding: path, as: UTF8.self)
        func refusal(_ why: String) -> BuildError {
            BuildError(
                "cannot use the entrypoint \(text)", why: why, remedy: "install it in the root filesystem or change entrypoint")
        }
        guard let found = resolve(path) else { throw refusal("it is not in the root filesystem") }
        let node = trees[found.tree].nodes[Int(found.inode)]
        guard case .file(let size, _, _) = node.content else { throw refusal("it is not a regular file") }
        guard node.mode & 0o111 != 0 else { throw refusal("it is not executable") }
        guard size > 0 else { throw refusal("it is empty") }
        if let fault = trees[found.tree].programFaults[found.inode] { throw refusal(fault) }
    }

    /// What is at `path`; links in it count from the root of the tree and never leave it.
    private func resolve(_ path: [UInt8]) -> Place? {
        let root = Place(tree: 0, inode: 0, path: [])
        var rest = Array(Self.components(path).reversed())
        var trail = [root]
        var links = 0
        while let name = rest.popLast() {
            if name == [46] { continue }
            if name == [46, 46] {
                if trail.count > 1 { trail.removeLast() }
                continue
            }
            guard let current = trail.last, let next = child(name, of: current) else { return nil }
            if case .link(let target) = trees[next.tree].nodes[Int(next.inode)].content {
                links += 1
                guard links <= Self.mostLinks else { return nil }
                if target.first == 47 { trail = [root] }
                rest += Self.components(target).reversed()
            } else {
                trail.append(next)
            }
        }
        return trail.last
    }

    private func child(_ name: [UInt8], of place: Place) -> Place? {
        let path = place.path + [name]
        if let mount = mounts[path] { return Place(tree: mount, inode: 0, path: path) }
        guard case .directory(let entries) = trees[place.tree].nodes[Int(place.inode)].content,
            let entry = entries.first(where: { $0.name == name })
        else { return nil }
        return Place(tree: place.tree, inode: entry.inode, path: path)
    }
}
