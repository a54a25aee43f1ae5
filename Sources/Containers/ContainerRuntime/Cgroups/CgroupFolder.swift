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
}
