import EnclaveBuild
import Testing
import Wire

@Suite("A rule for the network") struct NetworkRuleTests {
    private func rule(_ text: String) throws -> EndpointRule { try #require(EndpointRule(text: text), "\(text)") }
    private let address: [UInt8] = [192, 0, 2, 7]
    private let address6 = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]

    @Test("allows its transport, its network and its ports") func allows() throws {
        #expect(try rule("*").allows(17, address6, 0))
        #expect(try rule("tcp:80").allows(6, address, 80))
        #expect(try !rule("tcp:80").allows(17, address, 80))
        #expect(try !rule("tcp:80").allows(6, address, 81))
        #expect(try rule("udp:5000-5999").allows(17, address, 5999))
        #expect(try !rule("udp:5000-5999").allows(17, address, 6000))
        #expect(try rule("tcp:192.0.2.0/24:*").allows(6, address, 1))
        #expect(try !rule("tcp:192.0.3.0/24:*").allows(6, address, 1))
        #expect(try !rule("tcp:192.0.2.0/24:*").allows(6, address6, 1))
        #expect(try rule("*:[2001:db8::]/32:53").allows(17, address6, 53))
        #expect(try !rule("*:[2001:db9::]/32:53").allows(17, address6, 53))
        #expect(try !rule("tcp:[::]:80").allows(6, address6, 80))
    }

    @Test("takes an IPv4 address that IPv6 maps for that") func mapped() throws {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + address
        #expect(try rule("tcp:192.0.2.7:80").allows(6, mapped, 80))
        #expect(try !rule("tcp:[::]/0:80").allows(6, mapped, 80))
    }

    @Test("allows a port that the host chooses only with all ports") func anyPort() throws {
        #expect(try rule("tcp:*").allowsAnyPort(6, address))
        #expect(try rule("tcp:1-65535").allowsAnyPort(6, address))
        #expect(try !rule("tcp:1024-65535").allowsAnyPort(6, address))
        #expect(try !rule("udp:*").allowsAnyPort(6, address))
    }

    @Test(
        "that is not one is refused",
        arguments: [
            "", "tcp", "tcp:", "sctp:80", "tcp:0", "tcp:65536", "tcp:9-8", "tcp:-", "tcp:80-", "tcp:1.2.3.4", "tcp:1.2.3.4/33:80",
            "tcp:2001:db8::1:80", "tcp:[1.2.3.4]:80", "tcp:[::1:80", "tcp:host:80", "tcp:1.2.3.4/:80", "**", "tcp: 80", "tcp:080",
        ])
    func refused(text: String) { #expect(EndpointRule(text: text) == nil) }

    @Test("comes back from the measured configuration, and is refused there when it is none") func coding() throws {
        var configuration = EnclaveConfiguration()
        configuration.network.names = .image
        configuration.network.nameServers = [[192, 0, 2, 53]]
        configuration.network.listen = [try rule("tcp:8080"), try rule("udp:[2001:db8::]/32:53")]
        configuration.network.connect = []
        let bytes = configuration.encoded()
        #expect(try EnclaveConfiguration(decoding: bytes) == configuration)
        for length in (bytes.count - 60)..<bytes.count {
            #expect(throws: WireError.self) { _ = try EnclaveConfiguration(decoding: Array(bytes.prefix(length))) }
        }
    }
}

@Suite("The host's interfaces") struct NetworkInterfaceTests {
    private var interface: NetworkInterface {
        var interface = NetworkInterface(index: 2, name: Array("eth0".utf8), flags: 0x1043)
        interface.mtu = 1500
        interface.hardwareType = 1
        interface.hardwareAddress = [2, 0, 0, 0, 0, 1]
        interface.addresses = [
            .init(family: 2, bytes: [192, 0, 2, 7], prefix: 24),
            .init(family: 10, bytes: [UInt8](repeating: 1, count: 16), prefix: 64),
        ]
        return interface
    }

    @Test("come back as they were sent") func roundTrip() throws {
        var other = interface
        other.index = 3
        let bytes = NetworkInterface.encode([interface, other])
        #expect(try NetworkInterface.decode(bytes) == [interface, other])
        for length in 0..<bytes.count {
            #expect(throws: WireError.self) { _ = try NetworkInterface.decode(Array(bytes.prefix(length))) }
        }
        #expect(throws: WireError.self) { _ = try NetworkInterface.decode(bytes + [0]) }
    }

    @Test("are refused with an index twice, a name that is none or an address of another length") func refused() {
        func isRefused(_ change: (inout NetworkInterface) -> Void) -> Bool {
            var changed = interface
            change(&changed)
            return (try? NetworkInterface.decode(NetworkInterface.encode([changed]))) == nil
        }
        #expect((try? NetworkInterface.decode(NetworkInterface.encode([interface, interface]))) == nil)
        #expect(isRefused { $0.index = 0 })
        #expect(isRefused { $0.name = [] })
        #expect(isRefused { $0.name = Array("a/b".utf8) })
        #expect(isRefused { $0.name = Array("sixteen-letters-".utf8) })
        #expect(isRefused { $0.name = [0x65, 10] })
        #expect(isRefused { $0.hardwareAddress = [UInt8](repeating: 0, count: 9) })
        #expect(isRefused { $0.addresses[0].prefix = 33 })
        #expect(isRefused { $0.addresses[0].bytes.removeLast() })
        #expect(isRefused { $0.addresses[0].family = 7 })
    }
}
