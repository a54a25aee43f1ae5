import AESM
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Doctor

/// Facts of machines that are described by files below a directory, and of the machine the tests run on.
@Suite("Facts of a machine")
struct GatheringTests {
    private final class Tree {
        let root = FileManager.default.temporaryDirectory.appending(path: "inclavare-doctor-\(UUID().uuidString)")
        var path: String { root.path }

        init() throws { try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: root) }

        func write(_ text: String, _ path: String) throws {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        /// A name that leads to a character device everybody may use.
        func device(_ path: String) throws {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/dev/null")
        }
    }

    /// An Ice Lake server's answers, recorded registers for the leaves that are asked.
    private static func server(_ leaf: UInt32, _ subleaf: UInt32) -> [UInt32] {
        switch (leaf, subleaf) {
        case (0, _): [0x1b, 0x756e_6547, 0x6c65_746e, 0x4965_6e69]
        case (1, _): [0x606a6, 0, 1 << 25 | 1 << 27, 0]
        case (7, 0): [0, 1 | 1 << 2 | 1 << 29, 1 << 30, 0]
        case (0x12, 0): [0x63, 1, 0, 0x381f]
        case (0x12, 1): [0xb6, 0, 0x2e7, 0]
        case (0x12, 2): [0xc00_0001, 0x100, 0x7e00_0001, 0]
        case (0x12, 3): [0xc00_0001, 0x200, 0x8000_0001, 1]
        default: [0, 0, 0, 0]
        }
    }

    private static let probes = HostFacts.Probes(cpuid: server, vdsoEntry: true, syscallDispatch: 2, fsgsbase: true)

    @Test("CPUID's leaves become features and sizes")
    func processor() {
        let facts = ProcessorFacts(cpuid: Self.server)
        #expect(facts.vendor == "GenuineIntel")
        #expect(facts.sgx && facts.sgx1 && facts.sgx2 && facts.kss && facts.exinfo && facts.flexibleLaunch)
        #expect(!facts.aexNotify && facts.aes && facts.sha && facts.xsave && facts.fsgsbase)
        #expect(facts.largestEnclave == 1 << 56)
        #expect(facts.epcSections == [0x7e00_0000, 0x1_8000_0000])
        #expect(ProcessorFacts(cpuid: { _, _ in [1, 0, 0, 0] }).epcSections.isEmpty)
    }

    @Test("A described server is ready")
    func server() throws {
        let tree = try Tree()
        try tree.write("6.8.0-49-generic\n", "proc/sys/kernel/osrelease")
        try tree.write("BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet\n", "proc/cmdline")
        try tree.write("processor\t: 0\nflags\t\t: fpu sgx sgx_lc aes\n\nprocessor\t: 1\n", "proc/cpuinfo")
        try tree.write("# CONFIG_A is not set\nCONFIG_X86_SGX=y\nCONFIG_X86_SGX_KVM=y\n", "boot/config-6.8.0-49-generic")
        try tree.write("65536\n", "proc/sys/vm/mmap_min_addr")
        try tree.write("262144\n", "proc/sys/vm/max_map_count")
        try tree.write("2113929216\n", "sys/devices/system/node/node0/x86/sgx_total_bytes")
        try tree.write("6442450944\n", "sys/devices/system/node/node3/x86/sgx_total_bytes")
        try tree.write("sev 10\nsgx_epc 8556380160\n", "sys/fs/cgroup/misc.capacity")
        try tree.write("root:x:0:\nsgx:x:110:\n", "etc/group")
        try tree.device("dev/sgx_enclave")
        try tree.device("dev/sgx_provision")
        let facts = HostFacts.gather(root: tree.path, probes: Self.probes, state: "/state")
        #expect(facts.kernel.release == "6.8.0-49-generic" && !facts.kernel.switchedOff)
        #expect(facts.kernel.sgxConfigured == true && facts.kernel.configuration == "/boot/config-6.8.0-49-generic")
        #expect(facts.kernel.reportsSGX && facts.kernel.reportsFlexibleLaunch)
        #expect(facts.kernel.minimumAddress == 65536 && facts.kernel.maximumMappings == 262144)
        #expect(facts.epcNodes == [.init(number: 0, bytes: 2_113_929_216), .init(number: 3, bytes: 6_442_450_944)])
        #expect(facts.cgroupEPC == 8_556_380_160)
        #expect(facts.enclaveDevice.state == .usable && facts.enclaveDevice.group == "root")
        #expect(facts.oldDevices.isEmpty)
        #expect(facts.aesm == .absent)
        #expect(facts.simulation.rootKey == .madeAtFirstStart)
        #expect(facts.simulation.epcTotalBytes != nil && facts.simulation.epcUsedBytes == 0)
        let diagnosis = Diagnosis(facts)
        #expect(diagnosis.hardware == .quoting && diagnosis.simulationRuns)
    }

    @Test("An empty tree, and one of other kinds of files, give facts and no failure")
    func strange() throws {
        let tree = try Tree()
        let nothing = HostFacts.gather(root: tree.path, probes: Self.probes, state: "/state")
        #expect(nothing.kernel.release.isEmpty && nothing.kernel.sgxConfigured == nil && nothing.enclaveDevice.state == .absent)
        #expect(!Diagnosis(nothing).findings.isEmpty)
        try tree.write("", "dev/sgx_enclave")
        try tree.write("no numbers", "sys/devices/system/node/node0/x86/sgx_total_bytes")
        try tree.write("sgx_epc\n", "sys/fs/cgroup/misc.capacity")
        try tree.write("not gzip", "proc/config.gz")
        try tree.write("short:line\n", "etc/group")
        let strange = HostFacts.gather(root: tree.path, probes: Self.probes, state: "/state")
        #expect(strange.enclaveDevice.state == .strange && strange.epcNodes.isEmpty && strange.cgroupEPC == nil)
        #expect(strange.kernel.sgxConfigured == nil)
    }

    @Test("Old drivers are told from the links that udev makes to the kernel's own device")
    func oldDrivers() throws {
        let old = try Tree()
        try old.device("dev/isgx")
        #expect(HostFacts.gather(root: old.path, probes: Self.probes, state: "/s").oldDevices.map(\.path) == ["/dev/isgx"])
        let dcap = try Tree()
        try dcap.device("dev/sgx/enclave")
        #expect(HostFacts.gather(root: dcap.path, probes: Self.probes, state: "/s").oldDevices.map(\.path) == ["/dev/sgx/enclave"])
        let links = try Tree()
        try links.device("dev/sgx/enclave")
        try links.device("dev/sgx_enclave")
        #expect(HostFacts.gather(root: links.path, probes: Self.probes, state: "/s").oldDevices.isEmpty)
    }

    @Test("The running kernel's compressed configuration is read before the one in /boot")
    func compressed() throws {
        let tree = try Tree()
        try tree.write("6.1.0\n", "proc/sys/kernel/osrelease")
        try tree.write("CONFIG_X86_SGX=y\n", "boot/config-6.1.0")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        try tree.write("# CONFIG_X86_SGX is not set\n", "proc/config")
        process.arguments = ["gzip", tree.path + "/proc/config"]
        try process.run()
        process.waitUntilExit()
        let kernel = HostFacts.gather(root: tree.path, probes: Self.probes, state: "/s").kernel
        #expect(kernel.sgxConfigured == false && kernel.configuration == "/proc/config.gz")
        let file = [UInt8](try Data(contentsOf: tree.root.appending(path: "proc/config.gz")))
        for length in 0..<file.count { #expect(Gzip.contents(of: [UInt8](file.prefix(length))) == nil) }
    }

    /// A service that gives everybody who asks the same.
    private final class Answer: Sendable {
        let bytes = Mutex<[UInt8]>([])

        func give(to listener: Int32) {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 512)
                if recv(client, &buffer, buffer.count, 0) > 0 {
                    let answer = bytes.withLock { $0 }
                    _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
                }
                close(client)
            }
        }
    }

    @Test("A socket listens, is dead, or is not there; what listens is asked whose quotes it makes")
    func sockets() throws {
        let tree = try Tree()
        try FileManager.default.createDirectory(atPath: tree.path + "/var/run/aesmd", withIntermediateDirectories: true)
        let name = tree.path + "/var/run/aesmd/aesm.socket"
        func facts() -> HostFacts { HostFacts.gather(root: tree.path, probes: Self.probes, state: "/s") }
        #expect(facts().aesm == .absent)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8.prefix(107)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        #expect(facts().aesm == .dead)
        listen(descriptor, 8)
        // It answers nothing.
        #expect(facts().aesm == .listening && facts().quotes == .unknown)
        let known: [(AttestationKeyID, QuoteMaker)] = [
            (.intel, .intel), (AttestationKeyID(signer: [UInt8](repeating: 1, count: 32), product: 1), .simulated),
        ]
        let answer = Answer()
        Thread.detachNewThread { answer.give(to: descriptor) }
        for (keyID, maker) in known {
            answer.bytes.withLock { $0 = FrameCollector.frame(AESMResponse.selectedKeyID(keyID.bytes).encoded()) }
            let found = facts()
            #expect(found.quotes == maker && found.quoted == (maker == .simulated ? .listening : .absent))
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    @Test("This machine has facts, and its diagnosis a reason")
    func here() throws {
        let facts = HostFacts.gather(state: FileManager.default.temporaryDirectory.path + "/inclavare-\(UUID().uuidString)")
        #expect(facts.processor.xsave && facts.processor.fsgsbase && facts.kernel.syscallDispatch > 0)
        #expect(facts.kernel.version != nil)
        let diagnosis = Diagnosis(facts)
        #expect(diagnosis.simulationRuns)
        let missing = diagnosis.findings.contains { $0.state == .missing }
        #expect(diagnosis.hardware == .ready || missing)
        let encoded = try JSONEncoder().encode(facts)
        #expect(String(decoding: encoded, as: UTF8.self).contains("\"enclaveDevice\""))
    }
}
