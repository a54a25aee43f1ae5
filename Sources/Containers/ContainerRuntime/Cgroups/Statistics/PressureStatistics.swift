import OCI

/// How long processes waited for a resource, from a v2 file like `cpu.pressure`.
enum PressureStatistics {
    /// `nil`: the kernel does not count it.
    static func json(_ folder: CgroupFolder, _ file: String) -> JSON? {
        guard folder.isUnified, let text = folder.text(file) else { return nil }
        return parse(text)
    }

    /// `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and the same for `full`.
    static func parse(_ text: String) -> JSON? {
        var members: [JSON.Member] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let kind = words.first else { continue }
            var values: [JSON.Member] = []
            for word in words.dropFirst() {
                let pair = word.split(separator: "=")
                guard pair.count == 2 else { return nil }
                if pair[0] == "total" {
                    values.append(JSON.Member("total", .unsigned(UInt64(pair[1]) ?? 0)))
                } else {
                    values.append(JSON.Member(String(pair[0]), .number(Double(pair[1]) ?? 0)))
                }
            }
            members.append(JSON.Member(String(kind), .object(values)))
        }
        return members.isEmpty ? nil : .object(members)
    }
}
