import Testing
import Wire

@Suite("resolv.conf from an untrusted one") struct ResolverTextTests {
    private func sanitised(_ text: String, servers: [[UInt8]] = []) -> String {
        String(decoding: ResolverText.sanitised(Array(text.utf8), servers: servers), as: UTF8.self)
    }

    @Test("keeps servers, domains and harmless options") func kept() {
        let text = """
            # made by somebody
            nameserver 192.0.2.53 ; the first
            nameserver\t2001:db8::53
            nameserver fe80::1%eth0
            search example.org a.example.org
            options ndots:2 rotate timeout:3
            """
        #expect(
            sanitised(text)
                == "nameserver 192.0.2.53\nnameserver 2001:db8::53\nnameserver fe80::1%eth0\nsearch example.org a.example.org\n"
                + "options ndots:2 rotate timeout:3\n")
    }

    @Test(
        "drops what has not the form",
        arguments: [
            "nameserver", "nameserver 1.2.3", "nameserver $(id)", "nameserver ::1%", "nameserver 1.2.3.4%eth0",
            "sortlist 10.0.0.0/8",
            "options trust-ad inet6 debug ndots:99 ndots: ndots:-1 timeout:x", "search -x a/b \u{1b}[2J", "search",
            "\0nameserver 1.2.3.4",
            "nameserver 1.2.3.4\u{7}", "options rotate\u{80}", "NAMESERVER 1.2.3.4",
        ])
    func dropped(line: String) { #expect(sanitised(line) == "") }

    @Test("has three servers and six domains at most, and the last list of domains") func bounded() {
        let many = (1...9).map { "nameserver 192.0.2.\($0)\n" }.joined()
        #expect(sanitised(many).split(separator: "\n").count == 3)
        #expect(sanitised("search a b c d e f g h") == "search a b c d e f\n")
        #expect(sanitised("domain old\nsearch new\n") == "search new\n")
        #expect(sanitised(String(repeating: "x", count: 1 << 20)) == "")
        #expect(sanitised("search " + String(repeating: "a", count: 254)) == "")
    }

    @Test("names the manifest's servers in place of its own") func servers() {
        #expect(sanitised("nameserver 192.0.2.1\nsearch x", servers: [[198, 51, 100, 1]]) == "nameserver 198.51.100.1\nsearch x\n")
    }
}

@Suite("hosts of the image and of an untrusted one") struct HostsTextTests {
    private func merged(_ image: String, _ host: String) -> String {
        String(decoding: HostsText.merged(image: Array(image.utf8), host: Array(host.utf8)), as: UTF8.self)
    }

    private let local = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"

    @Test("has localhost whatever the host says") func localhost() {
        #expect(merged("", "192.0.2.1 localhost LocalHost evil.localhost ip6-localhost\n") == local)
        #expect(merged("127.0.0.1 localhost", "") == "127.0.0.1 localhost\n")
    }

    @Test("keeps the image's names and adds others") func added() {
        let image = "127.0.0.1 localhost\n10.0.0.1 db # ours\n"
        #expect(
            merged(image, "192.0.2.1 DB cache\n192.0.2.2\tweb web.example.org\n") == image
                + "192.0.2.1 cache\n192.0.2.2 web web.example.org\n")
    }

    @Test(
        "drops lines that have not the form",
        arguments: [
            "cache 192.0.2.1", "192.0.2.1", "192.0.2.1 -x", "192.0.2.1 a/b", "1.2.3 x", "192.0.2.1 a\u{1b}b", "# 1.2.3.4 x",
        ])
    func dropped(line: String) { #expect(merged("", line) == local) }

    @Test("is bounded") func bounded() {
        let many = (0..<5000).map { "192.0.2.1 host\($0)\n" }.joined()
        #expect(merged("", many).utf8.count < 65_536)
    }
}
