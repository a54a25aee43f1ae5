/// Follows a path from a directory to a node, as `path_resolution(7)` says.
struct PathWalk {
    enum Last { case normal, dot, dotDot, root }

    /// What to do with a symbolic link at the end.
    enum Ending {
        case follow
        /// Stay on the link, unless a slash stands behind it.
        case keep
        /// Stay on the name whatever it is: it is to be made or removed.
        case name
        /// As `follow` and `keep`, for O_CREAT: a name with a slash behind it cannot be made, whatever it is.
        case create
        case createHere

        var follows: Bool { self == .follow || self == .create }
        var creates: Bool { self == .create || self == .createHere }
    }

    /// Where a walk ended: `node` is `nil` when only the last name is missing.
    struct Result {
        var parent: Node
        var name: Bytes
        var node: Node?
        var last: Last
        var trailingSlash: Bool
        /// Set when a magic link led to an object.
        var magicPath: Bytes?

        func existing() throws(Errno) -> Node {
            guard let node else { throw .ENOENT }
            return node
        }

        /// The directory the name is in; nobody knows where a magic link's object has its name.
        var directory: Node? { magicPath == nil ? parent : nil }

        var path: Bytes {
            if let magicPath { return magicPath }
            if let node, node.isDirectory { return node.path }
            return parent.path(of: name)
        }
    }

    private static let mostLinks = 40
    private static let longestName = 255
    private static let longestPath = 4096

    let caller: Caller
    let root: Node
    private let resolution: Resolution
    private var path: Bytes
    private var position = 0
    private var links = 0
    /// How much of the end of `path` is not from a link of an untrusted mount; `nil` where nothing is.
    private var ownRest: Int?
    private var nameStart = 0
    private var current: Node

    init(_ path: Bytes, from start: Node, root: Node, caller: Caller, resolution: Resolution = []) throws(Errno) {
        self.caller = caller
        self.root = resolution.isDisjoint(with: [.inRoot, .beneath]) ? root : start
        self.resolution = resolution
        self.path = path
        current = start
        if path.first == 47 { try goToRoot() }
    }

    /// BLOCKS.
    ///
    /// A link at the end is followed when `following`, or when a slash stands behind it.
    mutating func resolve(_ ending: Ending) throws(Errno) -> Result {
        guard !path.isEmpty else { throw .ENOENT }
        var result = Result(
            parent: current, name: [], node: current, last: .root, trailingSlash: false, magicPath: nil)
        while let name = try nextName() {
            let trailing = position < path.count
            let isLast = skipSlashes()
            result = try step(name, isLast: isLast, trailing: trailing && isLast, ending)
            if isLast, position >= path.count { break }
        }
        return result
    }

    private mutating func step(
        _ name: PathName, isLast: Bool, trailing: Bool, _ ending: Ending
    ) throws(Errno) -> Result {
        guard current.isDirectory else { throw .ENOTDIR }
        try caller.require(Caller.execute, of: current)
        if name.isDot || name.isDotDot {
            let parent = current
            if name.isDotDot { try goUp() }
            return Result(
                parent: parent, name: [], node: current, last: name.isDot ? .dot : .dotDot,
                trailingSlash: trailing, magicPath: nil)
        }
        if trailing, ending.creates { throw .EISDIR }
        let parent = current
        guard let node = try parent.child(name, caller) else {
            guard isLast else { throw .ENOENT }
            return Result(
                parent: parent, name: name.bytes, node: nil, last: .normal, trailingSlash: trailing, magicPath: nil)
        }
        if node.kind == .link, !isLast || ending.follows || trailing && ending == .keep {
            return try follow(node, in: parent, name, isLast: isLast, trailing: trailing)
        }
        if trailing, !node.isDirectory, ending != .name { throw .ENOTDIR }
        try enter(node)
        return Result(
            parent: parent, name: isLast ? name.bytes : [], node: node, last: .normal, trailingSlash: trailing, magicPath: nil)
    }

    /// Whether the name at hand is from a link the host chose: then the walk stays in the link's mount.
    private var isLedByHost: Bool {
        guard let ownRest else { return false }
        return nameStart < path.count - ownRest
    }

    private mutating func enter(_ node: Node) throws(Errno) {
        if isLedByHost, node.fileSystem !== current.fileSystem { throw .EACCES }
        if resolution.contains(.noCrossing), node.fileSystem !== current.fileSystem { throw .EXDEV }
        current = node
    }

    private mutating func goUp() throws(Errno) {
        if current === root {
            if resolution.contains(.beneath) { throw .EXDEV }
        } else {
            try enter(current.parent ?? current)
        }
    }

    private mutating func goToRoot() throws(Errno) {
        if resolution.contains(.beneath) { throw .EXDEV }
        try enter(root)
    }

    /// Replaces the link by its target in the rest of the path, or goes to the object it stands for.
    private mutating func follow(
        _ link: Node, in parent: Node, _ name: PathName, isLast: Bool, trailing: Bool
    ) throws(Errno) -> Result {
        links += 1
        guard links <= Self.mostLinks, !resolution.contains(.noLinks) else { throw .ELOOP }
        if let target = try link.magicTarget(caller) {
            if resolution.contains(.noMagicLinks) { throw .ELOOP }
            if !resolution.isDisjoint(with: [.beneath, .inRoot]) { throw .EXDEV }
            if trailing, !target.node.isDirectory { throw .ENOTDIR }
            try enter(target.node)
            return Result(
                parent: target.node.parent ?? parent, name: isLast ? name.bytes : [], node: target.node, last: .normal,
                trailingSlash: trailing, magicPath: target.path)
        }
        var replaced = try link.linkTarget(caller)
        guard !replaced.isEmpty else { throw .ENOENT }
        if !isLedByHost { ownRest = link.fileSystem.isTrusted ? nil : path.count - position }
        if ownRest != nil, replaced[0] == 47 { throw .EACCES }
        if position < path.count || trailing {
            replaced.append(47)
            replaced.append(contentsOf: path[position...])
        }
        guard replaced.count < Self.longestPath * 2 else { throw .ENAMETOOLONG }
        current = parent
        if replaced[0] == 47 { try goToRoot() }
        path = replaced
        position = 0
        // A target of slashes only leads to the root itself.
        return Result(parent: current, name: [], node: current, last: .root, trailingSlash: false, magicPath: nil)
    }

    private mutating func nextName() throws(Errno) -> PathName? {
        _ = skipSlashes()
        guard position < path.count else { return nil }
        let start = position
        nameStart = start
        while position < path.count, path[position] != 47 { position += 1 }
        guard position - start <= Self.longestName else { throw .ENAMETOOLONG }
        return PathName(path, start, position)
    }

    /// Whether nothing but slashes followed.
    private mutating func skipSlashes() -> Bool {
        while position < path.count, path[position] == 47 { position += 1 }
        return position >= path.count
    }
}
