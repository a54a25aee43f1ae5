import TOMLKit
import Wire

extension Manifest {
    mutating func readEnvironment(_ document: ManifestDocument) throws(BuildError) {
        for name in document.names("env") {
            guard !name.isEmpty, !name.contains("="), !name.contains("\0"), let value = document.value("env", name) else {
                throw document.error(["env", name], "not a variable's name", "leave out \"=\"")
            }
            var rule = EnvironmentRule(name: Array(name.utf8), mode: .fixed, hasValue: true, value: [], patterns: [])
            if let text = value.string {
                rule.value = Array(text.utf8)
            } else if let allowed = value.table?["allow"].flatMap(ManifestValue.texts) {
                rule.mode = .allow
                rule.patterns = allowed.map { Array($0.utf8) }
                rule.hasValue = value.table?["default"] != nil
                rule.value = Array((value.table?["default"]?.string ?? "").utf8)
            } else {
                rule.mode = .any
                rule.hasValue = false
            }
            configuration.environment.append(rule)
        }
        configuration.environment.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// RLIMIT_* of Linux on x86-64, by number.
    private static let limitNames = [
        "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue",
        "nice",
        "rtprio", "rttime",
    ]

    mutating func readLimits(_ document: ManifestDocument) throws(BuildError) {
        var limits: [UInt32: (UInt64, UInt64)] = [3: (8 << 20, .max), 7: (1024, 4096)]
        for name in document.names("limits") {
            guard let number = Self.limitNames.firstIndex(of: name) else {
                throw document.error(["limits", name], "unknown limit", "give one of " + Self.limitNames.joined(separator: ", "))
            }
            guard let value = document.value("limits", name).flatMap(ManifestValue.limit) else { continue }
            limits[UInt32(number)] = value
        }
        configuration.limits = limits.sorted { $0.key < $1.key }.map {
            ResourceLimit(resource: $0.key, soft: $0.value.0, hard: $0.value.1)
        }
    }

    mutating func readResources(_ document: ManifestDocument) throws(BuildError) {
        func size(_ name: String) throws(BuildError) -> UInt64? {
            guard let size = document.value(name).flatMap(ManifestValue.size) else { return nil }
            guard size % 4096 == 0 else {
                throw document.error([name], "not a multiple of a page", "give a multiple of 4096 bytes")
            }
            return size
        }
        let space = try size("address_space") ?? 64 << 30
        guard space.nonzeroBitCount == 1, space >= 1 << 26, space <= 1 << 36 else {
            throw document.error(["address_space"], "not a power of two from 64M to 64G", "give \"64G\"")
        }
        let memory = try size("memory") ?? 512 << 20
        guard memory >= 16 << 20 else { throw document.error(["memory"], "too small an enclave", "give at least \"16M\"") }
        let kernel = try size("kernel_memory") ?? max(32 << 20, memory / 8 & ~4095)
        guard kernel >= 8 << 20 else { throw document.error(["kernel_memory"], "too small for the LibOS", "give at least \"8M\"") }
        guard memory < space, kernel < space - memory, space - memory - kernel >= 32 << 20 else {
            throw document.error(["memory"], "does not fit the address space", "give a larger address_space or less memory")
        }
        configuration.addressSpace = space
        configuration.userMemory = memory
        configuration.kernelMemory = kernel
        configuration.memoryIsFixed = document.value("memory_mode")?.string == "fixed"
        configuration.vcpus = UInt32(document.value("threads")?.int ?? 8)
        configuration.initialVCPUs = try initialVCPUs(document)
        configuration.exitless = document.value("exitless")?.bool == true
        configuration.xfrm = document.value("avx512")?.bool == true ? 0xe7 : 0x7
    }

    /// Two of them where others can come later: a program of one thread needs a second at times, which watches the clock or the network.
    private func initialVCPUs(_ document: ManifestDocument) throws(BuildError) -> UInt32 {
        let most = configuration.vcpus
        let wanted = document.value("initial_threads")?.int.map { UInt32($0) }
        if configuration.memoryIsFixed {
            guard wanted == nil || wanted == most else {
                throw document.error(
                    ["initial_threads"], "with fixed memory all of them are there from the start",
                    "leave it out, or set memory_mode = \"dynamic\"")
            }
            return 0
        }
        guard wanted ?? 1 <= most else {
            throw document.error(["initial_threads"], "more than `threads`", "give at most \(most)")
        }
        let initial = wanted ?? min(2, most)
        return initial == most ? 0 : initial
    }

    mutating func readIdentity(_ document: ManifestDocument) {
        let isDebug = document.value("debug")?.bool == true
        configuration.attributes = isDebug ? 0x6 : 0x4
        configuration.productID = UInt16(document.value("product_id")?.int ?? 0)
        configuration.securityVersion = UInt16(document.value("security_version")?.int ?? 0)
        configuration.sealing = document.value("sealing")?.string == "mrsigner" ? .mrsigner : .mrenclave
        configuration.attestFromHost = document.value("attest_from_host")?.bool ?? false
        configuration.trace = Self.traceRule(document.value("trace")?.string)
        configuration.buildDate = document.value("build_date").flatMap(ManifestValue.date) ?? 0
    }

    mutating func readMounts(_ document: ManifestDocument) throws(BuildError) {
        try readRoot(document)
        var mounts: [Mount] = []
        for number in 0..<(document.value("mounts")?.array?.count ?? 0) {
            let mount = try mount(["mounts", String(number)], document)
            guard !mounts.contains(where: { $0.path == mount.path }) else {
                throw document.error(["mounts", String(number), "path"], "mounted twice", "leave one of them out")
            }
            mounts.append(mount)
        }
        let temporary = Array("/tmp".utf8)
        // With an encrypted layer /tmp is in it.
        if configuration.rootWriting != .encrypted, !mounts.contains(where: { $0.path == temporary }) {
            mounts.append(Mount(path: temporary, trust: .temporary, source: [], readOnly: false, size: 0))
        }
        configuration.mounts = mounts.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        try checkTemporarySizes(document)
    }

    /// A size that can never be reached would be found out by a program that cannot write any more.
    private func checkTemporarySizes(_ document: ManifestDocument) throws(BuildError) {
        let sizes = configuration.mounts.filter { $0.trust == .temporary }.map(\.size)
        let wanted = sizes.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
        guard wanted > configuration.fileMemory else { return }
        let share = "files in memory get three eighths of kernel_memory, which is \(configuration.fileMemory >> 20) MiB"
        let needed = ((wanted / 3 * 8) >> 20) + 1
        throw document.error(
            ["mounts"], "temporary mounts are to hold \(wanted >> 20) MiB, and \(share)",
            "set kernel_memory = \"\(needed)M\", or give smaller sizes")
    }

    private mutating func readRoot(_ document: ManifestDocument) throws(BuildError) {
        switch document.value("root", "writable")?.string {
        case "none": configuration.rootWriting = .none
        case "encrypted": configuration.rootWriting = .encrypted
        default: configuration.rootWriting = .memory
        }
        guard let size = document.value("root", "size").flatMap(ManifestValue.size) else { return }
        guard configuration.rootWriting == .encrypted else {
            throw document.error(
                ["root", "size"], "only an encrypted layer has a size", "leave it out, or set root.writable = \"encrypted\"")
        }
        guard size >= Self.smallestLayer else {
            throw document.error(["root", "size"], "too small for a layer", "give at least \"2M\"")
        }
        configuration.rootSize = size
    }

    /// What a volume takes at least.
    private static let smallestLayer: UInt64 = 2 << 20

    private func mount(_ place: [String], _ document: ManifestDocument) throws(BuildError) -> Mount {
        guard let path = document.value(place + ["path"])?.string, let trust = document.value(place + ["trust"])?.string else {
            throw document.error(place, "path or trust is missing", "give both")
        }
        guard let kind = Self.trusts[trust] else {
            throw document.error(place + ["trust"], "unknown trust", "see the manifest reference for the words")
        }
        let source = document.value(place + ["source"])?.string
        guard kind != .temporary || source == nil else {
            throw document.error(place + ["source"], "a temporary mount has no source", "leave it out")
        }
        let inside = try Self.path(path, place + ["path"], document)
        let isReadOnly = kind == .untrusted || kind == .verified
        let readOnly = document.value(place + ["read_only"])?.bool ?? isReadOnly
        guard kind != .verified || readOnly else {
            throw document.error(place + ["read_only"], "a verified mount is never written", "leave it out")
        }
        guard kind != .verified || document.value(place + ["size"]) == nil else {
            throw document.error(place + ["size"], "a verified mount has the size of its folder", "leave it out")
        }
        guard kind != .verified || inside != [47] else {
            throw document.error(place + ["path"], "the root filesystem is verified already", "leave the mount out")
        }
        return Mount(
            path: inside, trust: kind,
            source: kind == .temporary ? [] : try Self.path(source ?? path, place + ["source"], document), readOnly: readOnly,
            size: document.value(place + ["size"]).flatMap(ManifestValue.size) ?? 0)
    }

    private static let trusts: [String: Mount.Trust] = [
        "temporary": .temporary, "untrusted": .untrusted, "encrypted": .encrypted, "verified": .verified,
    ]

    /// `any` hands a choice to the host altogether, which only a debug enclave may.
    func checkHostChoices(_ document: ManifestDocument) throws(BuildError) {
        guard configuration.attributes & 2 == 0 else { return }
        for name in document.names("host") where document.value("host", name)?.string == "any" {
            throw document.error(["host", name], "\"any\" needs a debug enclave", "give patterns, or debug = true")
        }
        for name in document.names("env") where document.value("env", name)?.table?["any"] != nil {
            throw document.error(["env", name], "\"any\" needs a debug enclave", "give allow = [patterns], or debug = true")
        }
    }

    /// An absolute path without `.`, `..` or empty components.
    private static func traceRule(_ word: String?) -> TraceRule {
        switch word {
        case "off": .off
        case "arguments": .arguments
        default: .calls
        }
    }

    static func path(_ text: String, _ place: [String], _ document: ManifestDocument) throws(BuildError) -> [UInt8] {
        let components = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isNormal = text == "/" || components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }
        guard text.hasPrefix("/"), isNormal, text.utf8.count <= 4096 else {
            throw document.error(place, "\"\(text)\" is not a path from the root", "write it absolute, without . and ..")
        }
        return Array(text.utf8)
    }
}
