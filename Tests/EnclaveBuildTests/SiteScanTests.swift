import EnclaveBuild
import Foundation
import Testing
import Wire

/// The disassembler of binutils judges what ours found.
@Suite("The site finder")
struct SiteScanTests {
    @Test("reports only instruction boundaries of system calls and CPUID, and finds nearly all", arguments: SiteScanTests.programs)
    func oracle(path: String) throws {
        let objdump = "/usr/bin/objdump"
        guard FileManager.default.isExecutableFile(atPath: objdump) else {
            print("skipped: \(objdump) is not there (apt-get install binutils)")
            return
        }
        let sites = try Self.sites(of: path)
        let truth = try Self.disassemble(path, with: objdump)
        #expect(!truth.calls.isEmpty)
        for site in sites {
            let instruction = Int(site.offset) + Int(site.instructionOffset)
            #expect(truth.calls.contains(instruction), "\(path) at \(instruction)")
            #expect(truth.boundaries.contains(Int(site.offset)))
            #expect(truth.boundaries.contains(Int(site.offset) + Int(site.length)))
        }
        for (a, b) in zip(sites, sites.dropFirst()) { #expect(Int(a.offset) + Int(a.length) <= Int(b.offset)) }
        let missed = truth.calls.count - sites.count
        print("\((path as NSString).lastPathComponent): \(sites.count) of \(truth.calls.count) rewritable")
        #expect(Double(missed) <= Double(truth.calls.count) * 0.1 + 3)
        if path.hasSuffix("/libc.so.6") { #expect(sites.count >= 500) }
    }

    static let programs = [
        "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2", "/bin/busybox",
        "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
    ].filter { FileManager.default.fileExists(atPath: $0) }

    static func sites(of path: String) throws -> [IndexSite] {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: (path as NSString).resolvingSymlinksInPath, toPath: folder.path + "/program")
        for node in try RootFilesystem(at: folder.path).nodes {
            if case .file(_, _, let sites) = node.content { return sites }
        }
        return []
    }

    /// File offsets of system calls and CPUIDs, and of all instructions.
    static func disassemble(_ path: String, with objdump: String) throws -> (calls: Set<Int>, boundaries: Set<Int>) {
        let text = try Tool.run(objdump, ["-d", "-w", "--no-show-raw-insn", "-F", path])
        var calls: Set<Int> = []
        var boundaries: Set<Int> = []
        var bias = 0
        for line in text.split(separator: "\n") {
            if let range = line.range(of: "(File Offset: 0x") {
                let offset = line[range.upperBound...].prefix { $0.isHexDigit }
                let address = line.prefix { $0.isHexDigit }
                bias = (Int(address, radix: 16) ?? 0) - (Int(offset, radix: 16) ?? 0)
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let address = Int(parts[0].drop { $0 == " " }, radix: 16) else { continue }
            boundaries.insert(address - bias)
            let words = parts[1].split { $0 == " " || $0 == "\t" }
            if words.first == "syscall" || words.first == "cpuid" { calls.insert(address - bias) }
        }
        return (calls, boundaries)
    }
}
