import EnclaveLayout
import ForeignImages
import Testing

/// Counts that would take all memory or time if they were believed.
@Suite struct HostileCountTests {
    private func refusal(_ writer: SDKImageWriter) -> ForeignImageError? {
        var writer = writer
        do throws(ForeignImageError) {
            _ = try ForeignImage(writer.file())
            return nil
        } catch { return error }
    }

    private static func layout(_ block: FileBuilder) -> Int {
        (0..<4).reduce(0) { $0 | Int(block.bytes[1880 + $1]) << ($1 * 8) }
    }

    @Test func `2^32 pages of an entry are refused`() {
        let error = refusal(SDKImageWriter(change: { $0.put(UInt32.max, at: Self.layout($0) + 4) }))
        #expect(error?.description.contains("do not lie in the enclave") == true)
    }

    @Test func `2^32 repetitions of a group are refused, with and without a step`() {
        for step: UInt64 in [0, 4096] {
            let error = refusal(
                SDKImageWriter(change: { block in
                    let group = Self.layout(block) + 11 * 32
                    block.put(UInt32.max, at: group + 4)
                    block.put(step, at: group + 8)
                }))
            guard case .tooMuch = error else {
                Issue.record("\(error.map { "\($0)" } ?? "accepted")")
                continue
            }
        }
    }

    @Test func `a group that repeats guard pages alone cannot keep the parser busy`() {
        let error = refusal(
            SDKImageWriter(change: { block in
                let group = Self.layout(block) + 11 * 32
                block.put(UInt32.max, at: group + 4)
                block.put(UInt64(0), at: group + 8)
                for entry in 3..<11 { block.put(UInt64(0), at: Self.layout(block) + entry * 32 + 24) }
            }))
        #expect(error != nil)
    }

    /// A library whose layout begins with so many entries of 257 pages each that hold the same 1 MiB of the file.
    private static func sharing(_ entries: Int, group times: UInt32 = 0) -> SDKImageWriter {
        SDKImageWriter(change: { block in
            let contents = block.append(FileBuilder.filler(1 << 20, 5))
            let step: UInt64 = 257 * 4096
            block.put(UInt64(1) << 33, at: 40)
            let table = block.append([UInt8](repeating: 0, count: 32 * entries))
            for number in 0..<entries {
                let entry = table + number * 32
                block.put(UInt16(1), at: entry)
                block.put(UInt16(3), at: entry + 2)
                block.put(UInt32(257), at: entry + 4)
                block.put(1 << 22 + UInt64(number) * step, at: entry + 8)
                block.put(UInt32(1 << 20), at: entry + 16)
                block.put(UInt32(contents), at: entry + 20)
                block.put(SDKImageWriter.pageRights.read, at: entry + 24)
            }
            if times > 0 {
                let group = block.append([UInt8](repeating: 0, count: 32))
                block.put(UInt16(1 << 12), at: group)
                block.put(UInt16(1), at: group + 2)
                block.put(times, at: group + 4)
                block.put(step, at: group + 8)
            }
            block.put(UInt32(table), at: 1880)
            block.put(UInt32(block.bytes.count - table), at: 1884)
        })
    }

    @Test func `entries that name the same bytes are counted each, before they are copied`() throws {
        var writer = Self.sharing(16)
        let file = writer.file()
        var limits = ImageLimits()
        limits.contentBytes = 17 << 20
        #expect(try ForeignImage(file, limits: limits).runs.contains { $0.pageCount == 256 })
        limits.contentBytes = 15 << 20
        #expect(throws: ForeignImageError.self) { try ForeignImage(file, limits: limits) }
        guard case .tooMuch(what: "bytes of contents", asked: _, most: 1 << 30) = refusal(Self.sharing(1100)) else {
            Issue.record("1100 MiB out of one are accepted")
            return
        }
    }

    @Test func `repetitions of a group share the bytes of their entry`() throws {
        var writer = Self.sharing(1, group: 1100)
        #expect(try ForeignImage(writer.file()).runs.count { $0.pageCount == 256 } == 1101)
    }

    @Test(arguments: [UInt64(1) << 63, 1 << 47, 12345, 0])
    func `an enclave of an impossible size is refused`(_ size: UInt64) {
        #expect(refusal(SDKImageWriter(change: { $0.put(size, at: 40) })) != nil)
        var stream = SGXSWriter()
        stream.create(size: size)
        #expect(throws: ForeignImageError.self) { try ForeignImage(stream.bytes) }
    }

    @Test func `a segment of 2^62 bytes of memory is refused`() {
        #expect(refusal(SDKImageWriter(dataMemory: 1 << 62)) != nil)
        #expect(refusal(SDKImageWriter(dataMemory: .max)) != nil)
    }

    @Test func `an enclave of 64 TiB with all of it measured is refused before it is measured`() {
        let error = refusal(
            SDKImageWriter(change: { block in
                block.put(UInt64(1) << 46, at: 40)
                let entry = Self.layout(block)
                block.put(UInt16(3), at: entry + 2)
                block.put(UInt32.max, at: entry + 4)
                block.put(UInt64(1) << 44, at: entry + 8)
            }))
        guard case .tooMuch = error else {
            Issue.record("\(error.map { "\($0)" } ?? "accepted")")
            return
        }
    }

    @Test func `a heap of the selftest beyond all addresses is refused`() throws {
        for heap in [UInt64.max & ~4095, 1 << 50] {
            #expect(throws: ForeignImageError.self) { try ForeignImage(SelftestWriter().file(), heap: heap) }
        }
    }

    @Test func `a page that is added twice is refused`() {
        // The second entry of the heap moves onto the first.
        let error = refusal(SDKImageWriter(change: { $0.put(UInt64(0x8000), at: Self.layout($0) + 32 + 8) }))
        #expect(error?.description.contains("added twice") == true)
    }
}
