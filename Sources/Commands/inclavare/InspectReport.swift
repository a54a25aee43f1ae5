import EnclaveBuild
import EnclaveCrypto
import Foundation
import SGX
import Wire

/// What `inspect` tells of an enclave.
struct InspectReport: Encodable {
    let mrenclave: String
    let mrsigner: String
    let productID: UInt16
    let securityVersion: UInt16
    let debug: Bool
    let xfrm: String
    let signedOn: String
    let entrypoint: String
    let arguments: Rule
    let environment: [Variable]
    let workingDirectory: Rule
    let hostname: Rule
    let user: Rule
    let limits: [Limit]
    let addressSpace: UInt64
    let memory: UInt64
    let kernelMemory: UInt64
    let memoryIsFixed: Bool
    let threads: UInt32
    let exitless: Bool
    let sealing: String
    let attestFromHost: Bool
    let trace: String
    let buildDate: UInt64
    let mounts: [MountReport]
    let network: Network
    let indexRoot: String
    let indexBytes: UInt64
    let inodes: UInt64
    let names: UInt64
    let sites: UInt64

    struct Rule: Encodable {
        let mode: String
        let values: [String]
        let patterns: [String]

        init(_ mode: UInt8, _ values: [[UInt8]], _ patterns: [[UInt8]]) {
            self.mode = ["fixed", "allow", "any"][Int(min(mode, 2))]
            self.values = values.map(\.text)
            self.patterns = patterns.map(\.text)
        }

        var line: String {
            let value = values.joined(separator: " ")
            switch mode {
            case "fixed": return value
            case "any": return "\(value) (the host may choose)"
            default: return "\(value) (the host may give \(patterns.joined(separator: ", ")))"
            }
        }
    }

    struct Variable: Encodable {
        let name: String
        let rule: Rule
    }

    struct Limit: Encodable {
        let resource: UInt32
        let soft: UInt64
        let hard: UInt64
    }

    struct Network: Encodable {
        let mode: String
        let dns: String
        let nameservers: [String]
        let listen: [String]
        let connect: [String]

        init(_ rule: NetworkRule) {
            mode = "\(rule.mode)"
            dns = "\(rule.names)"
            nameservers = rule.nameServers.map { AddressText.write($0).text }
            listen = rule.listen.map(\.text)
            connect = rule.connect.map(\.text)
        }

        var lines: [(String, String)] {
            guard mode != "none" else { return [("network", "none")] }
            func list(_ rules: [String]) -> String { rules.isEmpty ? "nothing" : rules.joined(separator: ", ") }
            let servers = nameservers.isEmpty ? "" : ", name servers " + list(nameservers)
            return [("network", "listen: \(list(listen)); connect: \(list(connect)); names of the \(dns)\(servers)")]
        }
    }

    struct MountReport: Encodable {
        let path: String
        let trust: String
        let source: String
        let readOnly: Bool
        let size: UInt64
        /// Of a verified mount.
        let index: Index?

        struct Index: Encodable {
            let root: String
            let bytes: UInt64
            let inodes: UInt64
        }

        init(_ mount: Mount, _ header: IndexHeader?) {
            path = mount.path.text
            trust = "\(mount.trust)"
            source = mount.source.text
            readOnly = mount.readOnly
            size = mount.size
            index = header.map { Index(root: mount.indexRoot.hex, bytes: mount.indexLength, inodes: $0.inodes.count) }
        }

        var line: (String, String) {
            let place = source.isEmpty ? "" : " from \(source)"
            return ("mount \(path)", trust + place + (index.map { ", index \($0.root), \($0.inodes) inodes" } ?? ""))
        }
    }
}

extension InspectReport {
    init(_ enclave: BuiltFolder) {
        let c = enclave.configuration
        let sigstruct = enclave.sigstruct
        mrenclave = sigstruct.enclaveHash.bytes.hex
        mrsigner = sigstruct.mrSigner.bytes.hex
        productID = c.productID
        securityVersion = c.securityVersion
        debug = c.attributes & 2 != 0
        xfrm = "0x" + String(c.xfrm, radix: 16)
        signedOn = String(sigstruct.date, radix: 16)
        entrypoint = c.entrypoint.text
        arguments = Rule(c.arguments.mode.rawValue, c.arguments.values, c.arguments.patterns)
        environment = c.environment.map {
            Variable(name: $0.name.text, rule: Rule($0.mode.rawValue, $0.hasValue ? [$0.value] : [], $0.patterns))
        }
        workingDirectory = Rule(c.workingDirectory.mode.rawValue, [c.workingDirectory.value], c.workingDirectory.patterns)
        hostname = Rule(c.hostname.mode.rawValue, [c.hostname.value], c.hostname.patterns)
        user = Rule(c.user.mode.rawValue, [c.user.value.bytes], c.user.allowed.map(\.bytes))
        limits = c.limits.map { Limit(resource: $0.resource, soft: $0.soft, hard: $0.hard) }
        addressSpace = c.addressSpace
        memory = c.userMemory
        kernelMemory = c.kernelMemory
        memoryIsFixed = c.memoryIsFixed
        threads = c.vcpus
        exitless = c.exitless
        sealing = c.sealing == .mrsigner ? "mrsigner" : "mrenclave"
        attestFromHost = c.attestFromHost
        trace = "\(c.trace)"
        buildDate = c.buildDate
        mounts = c.mounts.enumerated().map { number, mount in
            MountReport(mount, mount.trust == .verified ? enclave.header(of: TreeNumber(mount: number)) : nil)
        }
        network = Network(c.network)
        indexRoot = c.indexRoot.hex
        indexBytes = c.indexLength
        inodes = enclave.indexHeader?.inodes.count ?? 0
        names = enclave.indexHeader?.entries.count ?? 0
        sites = enclave.indexHeader?.sites.count ?? 0
    }

    var text: [(String, String)] { identityText + programText + resourceText }

    private var identityText: [(String, String)] {
        [
            ("MRENCLAVE", mrenclave), ("MRSIGNER", mrsigner),
            ("product", "\(productID), security version \(securityVersion), signed for \(signedOn)"),
            ("debug", debug ? "YES: the host reads and writes all memory" : "no"), ("XFRM", xfrm),
        ]
    }

    private var programText: [(String, String)] {
        let program = [
            ("entrypoint", entrypoint), ("args", arguments.line), ("working dir", workingDirectory.line),
            ("user", user.line), ("hostname", hostname.line),
        ]
        let variables = environment.map { ("env \($0.name)", $0.rule.line) }
        return program + variables + mounts.map(\.line) + network.lines
    }

    private static let visible = [
        "off": "no calls", "calls": "names and results of calls", "arguments": "calls with their arguments",
    ]

    private var resourceText: [(String, String)] {
        [
            ("memory", "\(memory >> 20) MiB and \(kernelMemory >> 20) MiB for the LibOS, in \(addressSpace >> 30) GiB"),
            ("threads", "\(threads) at one time" + (exitless ? ", calls of the host without exits" : "")),
            ("sealing", sealing),
            ("host may", (attestFromHost ? "ask for evidence, " : "") + "see " + Self.visible[trace, default: trace]),
            ("index", "\(indexRoot), \(indexBytes) bytes, \(inodes) inodes, \(names) names, \(sites) sites"),
        ]
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}

extension EndpointRule {
    /// As the manifest has it.
    fileprivate var text: String {
        if self == EndpointRule() { return "*" }
        let name = [6: "tcp", 17: "udp"][transport, default: "*"]
        let ports = firstPort == lastPort ? "\(firstPort)" : firstPort <= 1 && lastPort == .max ? "*" : "\(firstPort)-\(lastPort)"
        guard !network.isEmpty else { return "\(name):\(ports)" }
        let address = AddressText.write(network).text
        let bits = Int(prefix) == network.count * 8 ? "" : "/\(prefix)"
        return "\(name):\(network.count == 16 ? "[\(address)]" : address)\(bits):\(ports)"
    }
}

extension UserIdentity {
    fileprivate var bytes: [UInt8] { Array("\(uid):\(gid)".utf8) }
}
