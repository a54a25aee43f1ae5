import EnclaveCrypto
import ForeignImages
import Foundation
import Testing

/// Damaged files: each is a plan that hangs together or one line, never a trap.
@Suite struct MutationTests {
    struct Original: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        /// Where the format keeps its fields.
        let fields: [Range<Int>]
    }

    static let originals: [Original] = {
        var originals: [Original] = []
        for writer in [
            SDKImageWriter(isCompact: true), SDKImageWriter(textRelocations: true, withOlderBlock: true, isCompact: true),
            SDKImageWriter(range: (0x1040_0000, 0x1000_0000, 1 << 24), isCompact: true),
        ] {
            var writer = writer
            let file = writer.file()
            let block = writer.places.block
            let tables = [
                0..<288, 0x400..<0x548, writer.places.note..<block + 64, block + 1872..<block + 2000,
                block + writer.places.layout..<block + writer.places.layout + 32 * 14, file.count - 192..<file.count,
            ]
            originals.append(Original(testDescription: "library \(writer.testDescription)", bytes: file, fields: tables))
        }
        originals.append(Original(testDescription: "selftest", bytes: SelftestWriter().file(), fields: [0..<232, 0x1000..<0x1060]))
        originals.append(Original(testDescription: "stream", bytes: stream(), fields: [0..<256, 64..<128, 5184..<5312]))
        return originals
    }()

    private static func stream() -> [UInt8] {
        var stream = SGXSWriter()
        stream.create(size: 1 << 16)
        stream.page(0, 0x205, FileBuilder.filler(4096, 1))
        stream.add(0x3000, 0x203)
        stream.page(0x1000, 0x203, FileBuilder.filler(4096, 2), measured: false)
        stream.page(0x2000, 0x100, FileBuilder.filler(4096, 3))
        return stream.bytes
    }

    @Test(arguments: originals)
    func `200 damaged files of each format are understood, as an independent script does, or refused in one line`(
        _ original: Original
    ) throws {
        let understood = try judgeMutants(of: original, seed: UInt64(original.bytes.count), count: 200)
        print("\(original.testDescription): \(understood) damaged files understood, \(200 - understood) refused")
        #expect(understood < 180, "the changes hardly damage anything")
    }

    /// `INCLAVARE_FUZZ_SECONDS` goes on with new seeds for so long.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["INCLAVARE_FUZZ_SECONDS"] != nil))
    func `damaged files of fresh seeds are understood or refused for as long as was asked`() throws {
        let seconds = Double(ProcessInfo.processInfo.environment["INCLAVARE_FUZZ_SECONDS"] ?? "") ?? 10
        let end = Date.now.addingTimeInterval(seconds)
        var seed = UInt64.random(in: 1...1 << 40)
        print("first seed \(seed)")
        while Date.now < end {
            for original in Self.originals { _ = try judgeMutants(of: original, seed: seed, count: 200) }
            seed += 1
        }
        print("last seed \(seed)")
    }

    /// How many were understood; rightly, as the script says.
    private func judgeMutants(of original: Original, seed: UInt64, count: Int) throws -> Int {
        var mutator = Mutator(seed: seed)
        var understood: [(name: String, bytes: [UInt8], measurement: String)] = []
        for number in 0..<count {
            let mutant = mutator.mutant(of: original.bytes, fields: original.fields)
            let name = "\(original.testDescription), seed \(seed), mutant \(number)"
            guard let image = judge(mutant, name) else { continue }
            understood.append((name, mutant, image.measure().bytes.hex))
        }
        let recomputed = try Recomputed.all(understood.map(\.bytes))
        #expect(recomputed.count == understood.count)
        for (mutant, independent) in zip(understood, recomputed) {
            #expect(mutant.measurement == independent.measurement, "\(mutant.name)")
        }
        return understood.count
    }

    @Test(arguments: Corpus.names)
    func `a file of the corpus has the outcome it had when it was added`(_ name: String) throws {
        let bytes = try Corpus.bytes(name)
        _ = judge(bytes, name)
        #expect(Corpus.outcome(of: bytes) == Corpus.recorded[name], "see \(name) in Corpus/outcomes.txt")
    }

    /// What it was understood as.
    private func judge(_ bytes: [UInt8], _ name: String) -> ForeignImage? {
        do throws(ForeignImageError) {
            let image = try ForeignImage(bytes, limits: ImageConsistency.limits)
            if let fault = ImageConsistency.fault(of: image) { Issue.record("\(name): \(fault)") }
            return image
        } catch {
            let line = error.description
            #expect(!line.isEmpty && line.count < 300 && !line.contains("\n"), "\(name): \(line)")
            return nil
        }
    }
}
