import Linux

/// The home of a user by /etc/passwd of the file system this process sees.
enum HomeDirectory {
    static func of(_ uid: UInt32) -> String {
        let text = (try? FileContents.text("/etc/passwd")) ?? ""
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count >= 6, fields[2] == String(uid), fields[5].hasPrefix("/") { return String(fields[5]) }
        }
        return uid == 0 ? "/root" : "/"
    }
}
