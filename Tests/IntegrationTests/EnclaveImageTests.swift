import Foundation
import Testing

/// The image that every enclave carries, as other people's tools see it.
@Suite("The enclave image", .enabled(if: Release.isUsable, Release.need)) struct EnclaveImageTests {
    private let image = Release.image

    /// What an enclave must not execute on hardware, where it would trap; a program's own are dealt with by the LibOS.
    private static let forbidden: Set<String> = [
        "cpuid", "syscall", "sysenter", "sysret", "sysexit", "int", "int1", "into", "iret", "iretq", "lcall", "ljmp", "lret", "in",
        "out",
        "ins", "insb", "insl", "outs", "outsb", "outsl", "lds", "les", "lfs", "lgs", "lss", "hlt", "rdtscp", "rdpmc", "rdmsr",
        "wrmsr",
        "invd", "wbinvd", "invlpg", "lgdt", "lidt", "lldt", "ltr", "sgdt", "sidt", "sldt", "str", "getsec", "vmcall", "vmfunc",
        "rsm",
        "swapgs", "smsw", "lmsw", "clts", "cli", "sti", "monitor", "mwait",
    ]

    private static let segments = ["%cs", "%ds", "%es", "%fs", "%gs", "%ss"]

    @Test("It holds no instruction that SGX forbids, no segment load, and RDTSC only where the clock is read") func instructions()
        throws
    {
        let listing = try Command.run(["objdump", "-d", "--no-show-raw-insn", image]).text
        var function = ""
        var counts: (instructions: Int, clocks: Int) = (0, 0)
        for line in listing.split(separator: "\n") {
            if line.hasSuffix(">:") { function = String(line.split(separator: "<").last?.dropLast(2) ?? "") }
            let fields = line.split(separator: "\t")
            guard fields.count > 1, let name = fields[1].split(separator: " ").first.map(String.init) else { continue }
            counts.instructions += 1
            #expect(!Self.forbidden.contains(name), "\(function): \(fields[1])")
            #expect(!line.contains("%fs:"), "\(function): \(fields[1])")
            let target = fields[1].utf8.suffix(3)
            let loadsSegment = Self.segments.contains { target.elementsEqual($0.utf8) } && !name.hasPrefix("push")
            #expect(!loadsSegment, "\(function): \(fields[1])")
            if name == "rdtsc" {
                counts.clocks += 1
                #expect(function == "tsc_read")
            }
        }
        #expect(counts.instructions > 10_000)
        #expect(counts.clocks == 1)
    }

    @Test("It is position-independent, asks for no interpreter, and no page is both writable and executable") func segments() throws
    {
        let headers = try Command.run(["readelf", "-lW", image]).text
        #expect(headers.contains("Elf file type is DYN"))
        #expect(!headers.contains("INTERP"))
        let loads = headers.split(separator: "\n").filter { $0.contains("  LOAD ") }
        #expect(loads.count >= 2)
        for load in loads { #expect(!(load.contains("RWE") || load.contains(" WE "))) }
    }

    @Test("It needs no symbol from outside, and its only relocations are packed relative ones") func linking() throws {
        let symbols = try Command.run(["readelf", "--dyn-syms", "-sW", image]).text
        let undefined = symbols.split(separator: "\n").filter {
            $0.contains(" UND ") && !$0.hasSuffix(" UND ") && !$0.contains(" 0: 0000")
        }
        #expect(undefined.isEmpty)
        let dynamic = try Command.run(["readelf", "-dW", image]).text
        #expect(dynamic.contains("(RELR)"))
        for other in ["(RELA)", "(REL)", "(JMPREL)", "(NEEDED)", "(TEXTREL)", "(INIT)", "(INIT_ARRAY)"] {
            #expect(!dynamic.contains(other))
        }
    }

    @Test("What must be trusted of it, text and constants, is less than a mebibyte") func size() throws {
        let sections = try Command.run(["size", "-A", "-d", image]).text
        var trusted = 0
        for line in sections.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 3, fields[0] == ".text" || fields[0] == ".rodata" { trusted += Int(fields[1]) ?? 0 }
        }
        #expect(trusted > 0)
        #expect(trusted < 1 << 20)
    }

    @Test("Two checkouts in different folders give the same bytes to measure", .timeLimit(.minutes(20))) func reproducible() throws
    {
        let folder = try TemporaryFolder()
        var dumps: [Data] = []
        for name in ["a", "another/place"] {
            let checkout = "\(folder.path)/\(name)"
            try FileManager.default.createDirectory(atPath: "\(checkout)/Sources", withIntermediateDirectories: true)
            for part in ["Enclave", "Sources/Hardware", "Sources/Enclaves"] {
                let copied = try Command.run(["cp", "-aH", "\(Command.packageRoot)/\(part)", "\(checkout)/\(part)"])
                #expect(copied.status == 0, "\(copied.errors)")
            }
            try? FileManager.default.removeItem(atPath: "\(checkout)/Enclave/.build")
            let build = try Command.run(
                ["swift", "build", "--package-path", "\(checkout)/Enclave", "-c", "release", "--product", "enclave"], within: 900)
            try #require(build.status == 0, "\(build.text) \(build.errors)")
            let dump = "\(folder.path)/dump"
            _ = try Command.run(["objcopy", "-O", "binary", "\(checkout)/Enclave/.build/release/enclave", dump])
            dumps.append(try folder.read("dump"))
        }
        #expect(!dumps[0].isEmpty)
        #expect(dumps[0] == dumps[1])
        _ = try Command.run(["objcopy", "-O", "binary", image, "\(folder.path)/dump"])
        #expect(try dumps[0] == folder.read("dump"))
    }
}
