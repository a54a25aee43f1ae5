import EnclaveCrypto
import SGX
import Testing

@Suite("Measurement")
struct MeasurementTests {
    static let page = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    static let readWrite = SECINFO(.regular, [.read, .write]).flags

    /// The records written out by hand, as the SDM words them.
    static func record(_ tag: String, _ fields: [UInt8]) -> [UInt8] {
        let head = Array(tag.utf8) + [UInt8](repeating: 0, count: 8 - tag.utf8.count) + fields
        return head + [UInt8](repeating: 0, count: 64 - head.count)
    }

    static func little(_ value: UInt64, _ width: Int = 8) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    @Test(
        "MRENCLAVE of an image signed by the kernel's selftest is the one it signed",
        arguments: Vectors.enclaves.filter { $0.image != nil })
    func selftest(enclave: RecordedEnclave) throws {
        let image = try SelftestImage(
            elf: Vectors.bytes("measure/" + #require(enclave.image)), heap: #require(enclave.heap))
        let digest = try image.measure(
            size: #require(enclave.enclave_size), ssaFrameSize: #require(enclave.ssa_frame_pages))
        #expect(hex(digest.bytes) == enclave.mrenclave)
        let signed = try SIGSTRUCT(parsing: Vectors.bytes("measure/" + enclave.sigstruct))
        #expect(signed.enclaveHash == digest)
    }

    @Test("The stream is ECREATE, EADD and sixteen EEXTEND, byte for byte")
    func stream() throws {
        var stream = MeasurementTests.record(
            "ECREATE", MeasurementTests.little(3, 4) + MeasurementTests.little(0x10_0000_0000))
        stream += MeasurementTests.record(
            "EADD", MeasurementTests.little(0x7000) + MeasurementTests.little(0x203))
        for chunk in 0..<16 {
            stream += MeasurementTests.record("EEXTEND", MeasurementTests.little(UInt64(0x7000 + chunk * 256)))
            stream += MeasurementTests.page[chunk * 256..<chunk * 256 + 256]
        }
        var measurement = Measurement.ecreate(ssaFrameSize: 3, size: 0x10_0000_0000)
        try MeasurementTests.page.withUnsafeBytes {
            try measurement.addMeasuredPage(offset: 0x7000, flags: MeasurementTests.readWrite, page: $0)
        }
        #expect(measurement.finalize() == SHA256.hash(stream))
        #expect(measurement.state.length == UInt64(stream.count))
    }

    @Test("A measured page is its EADD followed by its sixteen EEXTEND")
    func pieces() throws {
        var whole = Measurement.ecreate(ssaFrameSize: 1, size: 0x10000)
        var pieces = whole
        try MeasurementTests.page.withUnsafeBytes { page in
            try whole.addMeasuredPage(offset: 0x3000, flags: MeasurementTests.readWrite, page: page)
            pieces.eadd(offset: 0x3000, flags: MeasurementTests.readWrite)
            for start in stride(from: 0, to: 4096, by: 256) {
                try pieces.eextend(
                    offset: UInt64(0x3000 + start), chunk: UnsafeRawBufferPointer(rebasing: page[start..<start + 256]))
            }
        }
        #expect(whole.finalize() == pieces.finalize())
    }

    @Test("A run of unmeasured pages is so many EADDs, whatever its length", arguments: [0, 1, 63, 64, 65, 200])
    func runs(count: Int) {
        var run = Measurement.ecreate(ssaFrameSize: 1, size: 0x100_0000)
        var single = run
        run.addPages(offset: 0x4000, count: count, flags: MeasurementTests.readWrite)
        for index in 0..<count {
            single.eadd(offset: 0x4000 + UInt64(index) * 4096, flags: MeasurementTests.readWrite)
        }
        #expect(run.finalize() == single.finalize())
    }

    @Test("A published state is continued to the same MRENCLAVE")
    func resume() throws {
        var first = Measurement.ecreate(ssaFrameSize: 1, size: 0x10000)
        first.eadd(offset: 0, flags: SECINFO.tcs.flags)
        var second = try #require(Measurement(resuming: first.state))
        try MeasurementTests.page.withUnsafeBytes { page in
            try first.addMeasuredPage(offset: 0x1000, flags: MeasurementTests.readWrite, page: page)
            try second.addMeasuredPage(offset: 0x1000, flags: MeasurementTests.readWrite, page: page)
        }
        #expect(first.finalize() == second.finalize())
        #expect(Measurement(resuming: .init(words: [UInt32](repeating: 0, count: 8), length: 0)) == nil)
    }

    @Test("Order, offset, flags and contents all change MRENCLAVE")
    func sensitivity() throws {
        func measure(_ offset: UInt64, _ flags: SECINFO.Flags, _ page: [UInt8], size: UInt64 = 0x10000) throws -> Digest {
            var measurement = Measurement.ecreate(ssaFrameSize: 1, size: size)
            try page.withUnsafeBytes { try measurement.addMeasuredPage(offset: offset, flags: flags, page: $0) }
            return measurement.finalize()
        }
        var changed = MeasurementTests.page
        changed[4095] ^= 1
        let all = try [
            measure(0, MeasurementTests.readWrite, MeasurementTests.page),
            measure(4096, MeasurementTests.readWrite, MeasurementTests.page),
            measure(0, SECINFO(.regular, [.read]).flags, MeasurementTests.page),
            measure(0, MeasurementTests.readWrite, changed),
            measure(0, MeasurementTests.readWrite, MeasurementTests.page, size: 0x20000),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test("A page or chunk of another size is refused")
    func sizes() {
        var measurement = Measurement.ecreate(ssaFrameSize: 1, size: 0x10000)
        let short = [UInt8](repeating: 0, count: 255)
        #expect(throws: SGXError.wrongSize(.measurement, expected: 256, actual: 255)) {
            try short.withUnsafeBytes { try measurement.eextend(offset: 0, chunk: $0) }
        }
        #expect(throws: SGXError.wrongSize(.measurement, expected: 4096, actual: 255)) {
            try short.withUnsafeBytes { try measurement.addMeasuredPage(offset: 0, flags: [], page: $0) }
        }
    }
}
