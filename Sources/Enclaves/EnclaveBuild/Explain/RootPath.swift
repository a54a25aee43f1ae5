import Glibc

/// A path of a root filesystem as one of the host: links are followed with the root filesystem as their root.
///
/// What is mounted over it is looked for in its own folder.
struct RootPath {
    private static let mostLinks = 40

    let rootfs: String
    /// Folders by mount path.
    var folders: [String: String] = [:]

    func resolve(_ path: String) throws(BuildError) -> String { place(try components(of: path)) }

    /// Where it really lies inside the root filesystem.
    func followed(_ path: String) throws(BuildError) -> String { "/" + (try components(of: path)).joined(separator: "/") }

    private func components(of path: String) throws(BuildError) -> [String] {
        var pending = path.split(separator: "/").map(String.init)
        var done: [String] = []
        var links = 0
        while !pending.isEmpty {
            let component = pending.removeFirst()
            if component == "." { continue }
            if component == ".." {
                _ = done.popLast()
                continue
            }
            guard let target = Self.link(place(done + [component])) else {
                done.append(component)
                continue
            }
            links += 1
            guard links <= Self.mostLinks else {
                throw BuildError("cannot follow \(path)", why: "too many links", remedy: "look at the links in it")
            }
            if target.hasPrefix("/") { done = [] }
            pending = target.split(separator: "/").map(String.init) + pending
        }
        return done
    }

    private func place(_ components: [String]) -> String {
        for count in stride(from: components.count, to: 0, by: -1) {
            guard let folder = folders["/" + components[..<count].joined(separator: "/")] else { continue }
            return ([folder] + components[count...]).joined(separator: "/")
        }
        return rootfs + "/" + components.joined(separator: "/")
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlink(path, &buffer, 4096)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
