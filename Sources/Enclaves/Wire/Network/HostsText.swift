/// /etc/hosts: what the image says, and behind it what an untrusted one adds.
public enum HostsText {
    private static let mostLines = 1024
    private static let mostNames = 16
    private static let local = [UInt8](ascii: "localhost")

    /// The image's text, and the host's lines that have their form, without the names that the image has and without `localhost`.
    ///
    /// The enclave's own host name, where neither has it, is an address of the loopback interface: programs look themselves up.
    public static func merged(image: [UInt8], host: [UInt8], hostname: [UInt8] = []) -> [UInt8] {
        var known = names(of: image)
        var text: [UInt8] = []
        if !known.contains(local) {
            text += [UInt8](ascii: "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n")
        }
        text += image
        if let last = image.last, last != 10 { text.append(10) }
        known += [local, [UInt8](ascii: "ip6-localhost"), [UInt8](ascii: "ip6-loopback")]
        for words in TextLines.words(host, comments: [0x23]).prefix(mostLines) where AddressText.parse(words[0]) != nil {
            let added = words.dropFirst().prefix(mostNames).filter { mayAdd($0, known) }
            guard !added.isEmpty else { continue }
            text += words[0] + added.flatMap { [0x20] + $0 } + [10]
            known += added.map(TextLines.lowercased)
        }
        if mayAdd(hostname, known) { text += [UInt8](ascii: "127.0.1.1\t") + hostname + [10] }
        return text
    }

    private static func mayAdd(_ name: [UInt8], _ known: [[UInt8]]) -> Bool {
        let lower = TextLines.lowercased(name)
        let isLocal =
            lower.count > local.count && lower[lower.count - local.count - 1] == 0x2e && lower.suffix(local.count) == local[...]
        return TextLines.isName(name) && !isLocal && !known.contains(lower)
    }

    private static func names(of text: [UInt8]) -> [[UInt8]] {
        TextLines.words(text, comments: [0x23]).flatMap { $0.dropFirst().map(TextLines.lowercased) }
    }
}
