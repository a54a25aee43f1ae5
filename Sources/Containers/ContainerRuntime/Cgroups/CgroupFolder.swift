import Glibc
import Linux

/// A container's cgroup in one hierarchy.
struct CgroupFolder: Equatable, Sendable {
    let path: String
    /// Those of the v1 hierarchy, or those that the v2 hierarchy has on this machine.
    let controllers: [String]
    let isUnified: Bool

    func has(_ file: String) -> Bool { access("\(path)/\(file)", F_OK) == 0 }

    /// `nil`: the kernel has no such file, or the cgroup is gone.
    func text(_ file: String) -> String? { try? FileContents.text("\(path)/\(file)") }

    /// `nil` for `max` as well.
    func number(_ file: String) -> UInt64? {
        text(file).flatMap { UInt64($0.prefix { !$0.isWhitespace }) }
    }

    /// The value behind `key` in a file of lines `key value`.
    func number(_ key: String, in file: String) -> UInt64? {
        for line in text(file)?.split(separator: "\n") ?? [] {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == key { return UInt64(words[1]) }
        }
        return nil
    }

    func write(_ value: String, to file: String) throws(SystemCallError) {
        try FileContents.write(value, to: "\(path)/\(file)")
    }

    /// The processes, or with `tasks` the threads, of this cgroup alone.
    ///
    /// One in a PID namespace that cannot be seen from here is listed as 0, which `kill` would take for our own group.
    static func members(of path: String, file: String = "cgroup.procs") -> [Int32] {
        guard let text = try? FileContents.text("\(path)/\(file)") else { return [] }
        return text.split(separator: "\n").compactMap { Int32($0) }.filter { $0 > 0 }
    }

    /// The names of the cgroups that were made in it.
    static func children(of path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
