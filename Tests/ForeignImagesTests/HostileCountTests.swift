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
