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
            let isCall = truth.calls.contains(instruction)
            #expect(isCall, "\(path) at \(instruction)")
            // Sets of this size are not to be printed when an expectation fails.
            let isStart = truth.boundaries.contains(Int(site.offset))
            let isEnd = truth.boundaries.contains(Int(site.offset) + Int(site.length))
            #expect(isStart && isEnd, "\(path) at \(site.offset)")
        }
        for (a, b) in zip(sites, sites.dropFirst()) { #expect(Int(a.offset) + Int(a.length) <= Int(b.offset)) }
        let missed = truth.calls.count - sites.count
        print("\((path as NSString).lastPathComponent): \(sites.count) of \(truth.calls.count) rewritable")
        #expect(Double(missed) <= Double(truth.calls.count) * 0.1 + 3)
        if path.hasSuffix("/libc.so.6") { #expect(sites.count >= 500) }
    }

    @Test("decodes a signal trampoline from its first instruction, one byte behind its description")
    func trampoline() throws {
        let path = "/lib/x86_64-linux-gnu/libc.so.6"
        let trampoline: [UInt8] = [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05]
        guard let file = FileManager.default.contents(atPath: path), let place = file.range(of: Data(trampoline))?.lowerBound else {
            print("skipped: \(path) has no __restore_rt of this form")
            return
        }
        let near = try Self.sites(of: path).filter { abs(Int($0.offset) - place) < 16 }
        #expect(near.count == 1)
        #expect(near.first.map { Int($0.offset) } == place)
        #expect(near.first?.kind == .systemCallAfter)
        #expect(near.first?.length == 9)
    }

    static let programs = [
        "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2", "/bin/busybox",
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
        let biases = try biases(of: path, with: objdump)
        var listing = Listing()
        var bias = 0
        let heading = Array("Disassembly of section ".utf8)
        for line in try Tool.bytes(objdump, ["-d", "-w", "--no-show-raw-insn", path]).split(separator: 10) {
            guard line.starts(with: heading) else {
                listing.read(line, bias)
                continue
            }
            bias = biases[String(decoding: line.dropFirst(heading.count).dropLast(), as: UTF8.self)] ?? 0
        }
        return (listing.calls, listing.boundaries)
    }

    /// Address minus file offset of each section.
    private static func biases(of path: String, with objdump: String) throws -> [String: Int] {
        var biases: [String: Int] = [:]
        for line in String(decoding: try Tool.bytes(objdump, ["-h", "-w", path]), as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 6, let address = Int(words[3], radix: 16), let offset = Int(words[5], radix: 16) else { continue }
            biases[String(words[1])] = address - offset
        }
        return biases
    }

    private struct Listing {
        var calls: Set<Int> = []
        var boundaries: Set<Int> = []
        private let names = [Array("syscall".utf8), Array("cpuid".utf8)]

        /// `  401000:\tsyscall`; anything else is not an instruction.
        mutating func read(_ line: ArraySlice<UInt8>, _ bias: Int) {
            var address = 0
            var place = line.startIndex
            while place < line.endIndex, line[place] == 32 { place += 1 }
            while place < line.endIndex, let digit = Self.digit(line[place]) {
                address = address * 16 + digit
                place += 1
            }
            guard place + 2 < line.endIndex, place > line.startIndex, line[place] == 58 else { return }
            boundaries.insert(address - bias)
            let first = line[place + 2]
            guard first == 0x73 || first == 0x63 else { return }
            if names.contains(where: { line[(place + 2)...].starts(with: $0) }) { calls.insert(address - bias) }
        }

        private static func digit(_ byte: UInt8) -> Int? {
            switch byte {
            case 48...57: Int(byte) - 48
            case 97...102: Int(byte) - 87
            default: nil
            }
        }
    }
}
