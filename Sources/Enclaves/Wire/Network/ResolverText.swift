/// /etc/resolv.conf, made anew from what an untrusted one says.
public enum ResolverText {
    private static let mostDomains = 6
    private static let longestSearch = 256
    /// Options that change how often and in which order is asked; those by which an answer is believed more are not the host's to set.
    private static let options: [StaticString] = [
        "rotate", "single-request", "single-request-reopen", "edns0", "use-vc", "no-aaaa",
    ]
    private static let counts: [(name: StaticString, most: Int)] = [("ndots:", 15), ("timeout:", 30), ("attempts:", 5)]

    /// Name servers, domains and options that have their form, in that order; `servers` take the place of the text's when there are some.
    public static func sanitised(_ text: [UInt8], servers: [[UInt8]] = []) -> [UInt8] {
        var found: [[UInt8]] = []
        var domains: [[UInt8]] = []
        var options: [[UInt8]] = []
        for words in TextLines.words(text, comments: [0x23, 0x3b]) {
            let rest = words.dropFirst()
            if words[0] == [UInt8](ascii: "nameserver"), let address = rest.first, isServer(address) {
                if found.count < NetworkRule.mostNameServers { found.append(address) }
            } else if words[0] == [UInt8](ascii: "search") || words[0] == [UInt8](ascii: "domain") {
                // The last such line counts.
                domains = rest.filter(TextLines.isName)
            } else if words[0] == [UInt8](ascii: "options") {
                options += rest.filter(isOption)
            }
        }
        let shown = servers.isEmpty ? found : servers.map(AddressText.write)
        return shown.flatMap { [UInt8](ascii: "nameserver ") + $0 + [10] }
            + line("search", cut(domains)) + line("options", [[UInt8]](options.prefix(16)))
    }

    /// An address, which may name an interface behind a percent sign.
    private static func isServer(_ text: [UInt8]) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, let bytes = AddressText.parse([UInt8](address)) else { return false }
        guard parts.count == 2 else { return true }
        return bytes.count == 16 && parts[1].count <= 15 && TextLines.isName([UInt8](parts[1]))
    }

    private static func isOption(_ word: [UInt8]) -> Bool {
        if options.contains(where: { word == [UInt8](ascii: $0) }) { return true }
        for (name, most) in counts {
            let prefix = [UInt8](ascii: name)
            guard word.starts(with: prefix), let value = AddressText.decimal([UInt8](word[prefix.count...])) else { continue }
            return value <= most
        }
        return false
    }

    private static func cut(_ domains: [[UInt8]]) -> [[UInt8]] {
        var length = 0
        return domains.prefix(mostDomains).filter { domain in
            length += domain.count + 1
            return length <= longestSearch
        }
    }

    private static func line(_ keyword: StaticString, _ words: [[UInt8]]) -> [UInt8] {
        words.isEmpty ? [] : [UInt8](ascii: keyword) + words.flatMap { [0x20] + $0 } + [10]
    }
}
