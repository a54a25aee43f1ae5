import Glibc

/// A path of a root filesystem as one of the host: links are followed with the root filesystem as their root.
enum RootPath {
    private static let mostLinks = 40

    static func resolve(_ path: String, in rootfs: String) throws(BuildError) -> String {
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
            let here = rootfs + "/" + (done + [component]).joined(separator: "/")
            guard let target = link(here) else {
                done.append(component)
                continue
            }
            links += 1
            guard links <= mostLinks else {
                throw BuildError("cannot follow \(path)", why: "too many links", remedy: "look at the links in it")
            }
            if target.hasPrefix("/") { done = [] }
            pending = target.split(separator: "/").map(String.init) + pending
        }
        return rootfs + "/" + done.joined(separator: "/")
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlink(path, &buffer, 4096)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
