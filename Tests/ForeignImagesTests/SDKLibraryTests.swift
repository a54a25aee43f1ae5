import EnclaveCrypto
import EnclaveLayout
import ForeignImages
import SGX
import Testing

@Suite struct SDKLibraryTests {
    @Test(arguments: [
        SDKImageWriter(), SDKImageWriter(threads: 1), SDKImageWriter(threads: 8, textRelocations: true),
        SDKImageWriter(major: 1, minor: 5), SDKImageWriter(major: 3, minor: 3, debug: true),
        SDKImageWriter(withOlderBlock: true), SDKImageWriter(withOlderBlock: true, olderFirst: true),
        SDKImageWriter(textRelocations: true, range: (0x1040_0000, 0x1000_0000, 1 << 24)),
    ])
    func `a signed library has the MRENCLAVE an independent script finds, and its signature matches`(_ writer: SDKImageWriter)
        throws
    {
        let (file, recomputed) = try SignedImages.sdk(writer)
        let image = try ForeignImage(file)
        #expect(image.format == .sdkLibrary)
        #expect(image.measure().bytes.hex == recomputed.measurement)
        #expect(image.pageCount == recomputed.pages)
        #expect(image.measuredPageCount == recomputed.measuredPages)
        let sigstruct = try SIGSTRUCT(parsing: try #require(image.signature))
        let report = SignatureReport(sigstruct, measurement: image.measure())
        #expect(report.isGood)
        #expect(report.kind == (writer.debug ? .debug : .production))
        #expect(sigstruct.isvProdID == 7)
        #expect(sigstruct.isvSVN == 3)
        #expect(image.secs.attributes.flags.contains(.debug) == writer.debug)
        #expect(image.obstacle == nil)
    }

    @Test func `each thread of a group has its own TCS, stack pattern and guard pages`() throws {
        var writer = SDKImageWriter()
        let image = try ForeignImage(writer.file())
        let tcs = image.runs.filter { $0.secinfo == .tcs }
        #expect(tcs.count == 4)
        for run in tcs {
            guard case .repeated(let page) = run.contents else {
                Issue.record("a TCS without its page")
                continue
            }
            let fields = try TCS(parsing: page)
            #expect(fields.ossa == run.offset + 4096)
            #expect(fields.ogsBase == run.offset + 19 * 4096)
            #expect(fields.oentry == SDKImageWriter.entry)
            // Sixteen guard pages below, so nothing lies there.
            #expect(!image.runs.contains { $0.offset < run.offset && $0.offset + $0.length > run.offset - 16 * 4096 })
        }
        let stacks = image.runs.filter { $0.contents == .repeated([UInt8](repeating: 0xcc, count: 4096)) }
        #expect(stacks.map(\.pageCount) == [3, 1, 3, 1, 3, 1, 3, 1])
    }

    @Test func `pages with text relocations are writable only where the library announces them`() throws {
        var plain = SDKImageWriter()
        var relocated = SDKImageWriter(textRelocations: true)
        let text = { (image: ForeignImage) in image.runs.filter { 0x1000..<0x4000 ~= $0.offset }.map { $0.secinfo.flags.rawValue } }
        #expect(text(try ForeignImage(plain.file())) == [0x205])
        #expect(text(try ForeignImage(relocated.file())) == [0x207, 0x205])
    }

    @Test func `metadata of version 1.3 brings a page more where a segment's size rounds up past its end`() throws {
        // 0x4d10 + 0x3001 ends in page 7; 0x4000 from 0x4d10 on would reach page 8.
        var old = SDKImageWriter(major: 1, minor: 3, dataMemory: 0x2101)
        var later = SDKImageWriter(major: 1, minor: 4, dataMemory: 0x2101)
        #expect(try ForeignImage(old.file()).pageCount == ForeignImage(later.file()).pageCount + 1)
    }

    @Test func `a library of an address range lies where it says, with its image inside`() throws {
        var writer = SDKImageWriter(range: (0x1040_0000, 0x1000_0000, 1 << 24))
        let image = try ForeignImage(writer.file())
        #expect(image.baseIsFixed)
        #expect(image.secs.baseAddress == 0x1000_0000)
        #expect(image.secs.size == 1 << 24)
        #expect(image.runs.first?.offset == 0x40_0000)
    }

    @Test func `a changed byte of a segment is seen, one of the section headers is not measured`() throws {
        let (file, recomputed) = try SignedImages.sdk(SDKImageWriter())
        var changed = file
        changed[0x2000] ^= 1
        let image = try ForeignImage(changed)
        #expect(image.measure().bytes.hex != recomputed.measurement)
        let report = SignatureReport(try SIGSTRUCT(parsing: try #require(image.signature)), measurement: image.measure())
        #expect(!report.matches)
        #expect(report.fault == nil)
        // e_shoff is patched to zero before it is measured: the same library with other section headers is the same enclave.
        var moved = file
        moved += [UInt8](repeating: 0, count: 64)
        #expect(try ForeignImage(moved).measure().bytes.hex == recomputed.measurement)
    }
}
