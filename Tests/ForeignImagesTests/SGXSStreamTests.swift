import EnclaveCrypto
import EnclaveLayout
import ForeignImages
import SGX
import Testing

@Suite struct SGXSStreamTests {
    private let page = FileBuilder.filler(4096, 1)

    @Test func `the measurement of a canonical stream is the hash of its bytes`() throws {
        var stream = SGXSWriter()
        stream.create(size: 1 << 16)
        stream.page(0, 0x205, page)
        stream.page(4096, 0x205, page)
        stream.add(0x3000, 0x203)
        let image = try ForeignImage(stream.bytes)
        #expect(image.format == .sgxs)
        #expect(image.measure() == SHA256.hash(stream.bytes))
        #expect(image.runs.map(\.offset) == [0, 0x3000])
        #expect(image.runs.map(\.pageCount) == [2, 1])
        #expect(image.runs.map(\.measured) == [true, false])
        #expect(image.obstacle == nil)
    }

    @Test func `runs of a stream, written as a stream again, are the same stream`() throws {
        var stream = SGXSWriter()
        stream.create(size: 1 << 16, frame: 2)
        stream.page(0x4000, 0x100, page)
        stream.page(0x1000, 0x203, page)
        stream.add(0x2000, 0x203)
        stream.add(0x3000, 0x203)
        let image = try ForeignImage(stream.bytes)
        #expect(StreamOfImage(image).bytes == stream.bytes)
        #expect(try Recomputed(stream.bytes).measurement == image.measure().bytes.hex)
    }

    @Test func `a library's runs, written as a stream, have the library's measurement`() throws {
        var writer = SDKImageWriter(textRelocations: true)
        let library = try ForeignImage(writer.file())
        let stream = StreamOfImage(library).bytes
        #expect(SHA256.hash(stream) == library.measure())
        #expect(try ForeignImage(stream).measure() == library.measure())
        #expect(try ForeignImage(stream).pageCount == library.pageCount)
    }

    @Test func `unmeasured chunks are loaded and not hashed`() throws {
        var with = SGXSWriter()
        with.create(size: 1 << 16)
        with.page(0, 0x203, page, measured: false)
        var without = SGXSWriter()
        without.create(size: 1 << 16)
        without.add(0, 0x203)
        let image = try ForeignImage(with.bytes)
        #expect(image.measure() == (try ForeignImage(without.bytes).measure()))
        #expect(image.runs == [Self.unmeasured(page)])
        #expect(image.obstacle == nil)
        #expect(try Recomputed(with.bytes).measurement == image.measure().bytes.hex)
    }

    @Test func `a page that is measured in part or out of order is measured, and no driver can load it`() throws {
        var part = SGXSWriter()
        part.create(size: 1 << 16)
        part.add(0, 0x203)
        part.chunk(0x300, Array(page[..<256]))
        part.chunk(0x400, Array(page[256..<512]), measured: false)
        var late = SGXSWriter()
        late.create(size: 1 << 16)
        late.add(0, 0x203)
        late.page(0x1000, 0x203, page)
        for start in stride(from: 0, to: 4096, by: 256) { late.chunk(UInt64(start), Array(page[start..<start + 256])) }
        for stream in [part.bytes, late.bytes] {
            let image = try ForeignImage(stream)
            #expect(image.obstacle != nil)
            #expect(try Recomputed(stream).measurement == image.measure().bytes.hex)
        }
    }

    @Test func `records that make no enclave are refused with the byte where they stand`() {
        var twice = SGXSWriter()
        twice.create(size: 1 << 16)
        twice.add(0, 0x203)
        twice.add(0, 0x203)
        var outside = SGXSWriter()
        outside.create(size: 1 << 16)
        outside.add(1 << 16, 0x203)
        var early = SGXSWriter()
        early.create(size: 1 << 16)
        early.chunk(0, Array(page[..<256]))
        var changing = SGXSWriter()
        changing.create(size: 1 << 16)
        changing.add(0, 0x203)
        changing.chunk(0, Array(page[..<256]))
        changing.chunk(0, Array(page[256..<512]), measured: false)
        for (stream, words) in [
            (twice.bytes, "byte 128: the page is there already"), (outside.bytes, "byte 64: 1 pages at offset 0x10000"),
            (early.bytes, "byte 64: its page was not added before"), (changing.bytes, "byte 448: it differs"),
            (twice.bytes.dropLast(), "byte 128 ends at byte 192"),
        ] {
            #expect { try ForeignImage(Array(stream)) } throws: { "\($0)".contains(words) }
        }
    }

    private static func unmeasured(_ bytes: [UInt8]) -> PageRun {
        var run = PageRun(offset: 0, bytes: bytes, SECINFO(.regular, [.read, .write]))
        run.measured = false
        return run
    }
}
