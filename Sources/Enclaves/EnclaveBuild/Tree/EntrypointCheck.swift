import Wire

/// Follows the entrypoint through the indexed tree as the LibOS will, so that a missing one is an error of the build.
struct EntrypointCheck {
    private static let mostLinks = 40
    private let nodes: [IndexNode]

    private let faults: [UInt32: String]

    init(_ filesystem: RootFilesystem) {
        faults = filesystem.programFaults
        nodes = filesystem.nodes
    }

    func check(_ path: [UInt8]) throws(BuildError) {
        let text = String(decoding: path, as: UTF8.self)
        func refusal(_ why: String) -> BuildError {
            BuildError(
                "cannot use the entrypoint \(text)", why: why, remedy: "install it in the root filesystem or change entrypoint")
        }
        guard let number = resolve(path) else { throw refusal("it is not in the root filesystem") }
        guard case .file(let size, _, _) = nodes[Int(number)].content else { throw refusal("it is not a regular file") }
        guard nodes[Int(number)].mode & 0o111 != 0 else { throw refusal("it is not executable") }
        guard size > 0 else { throw refusal("it is empty") }
        if let fault = faults[number] { throw refusal(fault) }
    }

    /// The inode at `path`; links in it count from the root of the tree and never leave it.
    func resolve(_ path: [UInt8]) -> UInt32? {
        var rest = Array(path.split(separator: 47).map { Array($0) }.reversed())
        var trail: [UInt32] = [0]
        var links = 0
        while let name = rest.popLast() {
            if name == [46] { continue }
            if name == [46, 46] {
                if trail.count > 1 { trail.removeLast() }
                continue
            }
            guard let current = trail.last, case .directory(let entries) = nodes[Int(current)].content,
                let entry = entries.first(where: { $0.name == name })
            else { return nil }
            if case .link(let target) = nodes[Int(entry.inode)].content {
                links += 1
                guard links <= Self.mostLinks else { return nil }
                if target.first == 47 { trail = [0] }
                rest += target.split(separator: 47).map { Array($0) }.reversed()
            } else {
                trail.append(entry.inode)
            }
        }
        return trail.last
    }
}
