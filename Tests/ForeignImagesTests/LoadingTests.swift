import CSoftSGX
import EnclaveCrypto
import EnclaveHost
import EnclaveLayout
import EnclaveTestSupport
import ForeignImages
import Foundation
import SGX
import Testing

@Suite(.serialized) final class LoadingTests {
    private let state: String

    init() throws {
        state = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: state) }

    private func base(_ image: ForeignImage) throws -> UInt64 {
        image.baseIsFixed ? image.secs.baseAddress : try FreeAddresses.aligned(image.secs.size)
    }

    @Test(arguments: [
        SDKImageWriter(), SDKImageWriter(provisioning: true), SDKImageWriter(range: (0x30_0040_0000, 0x30_0000_0000, 1 << 24)),
    ])
    func `a signed library loads, is initialised and can be entered`(_ writer: SDKImageWriter) throws {
        let image = try ForeignImage(try SignedImages.sdk(writer).file)
        let device = SoftwareDevice(state: state)
        let base = try base(image)
        try device.load(image.secs(signedBy: nil, base: base), image.runs, sigstruct: try #require(image.signature))
        let tcs = try #require(image.runs.first { $0.secinfo == .tcs })
        let thread = try device.attachThread()
        var entry = softsgx_entry()
        entry.tcs = base + tcs.offset
        entry.function = UInt32(SOFTSGX_EENTER)
        entry.rdi = 41
        thread.enter(&entry)
        #expect(entry.function == UInt32(SOFTSGX_EEXIT))
        #expect(entry.rdi == 42)
    }

    @Test func `a stream takes its attributes from the signature beside it`() throws {
        var writer = SelftestWriter()
        writer.textBytes = 6000
        let selftest = try ForeignImage(writer.file())
        var unsigned = SIGSTRUCT()
        unsigned.attributes = Attributes(flags: [.mode64Bit, .debug], xfrm: .legacy)
        unsigned.miscSelect = .exinfo
        let stream = try ForeignImage(StreamOfImage(selftest).bytes)
        let sigstruct = try SignedImages.sigstruct(unsigned, selftest.measure().bytes.hex)
        let secs = stream.secs(signedBy: sigstruct, base: try base(stream))
        #expect(secs.attributes == unsigned.attributes)
        #expect(secs.miscSelect == .exinfo)
        try SoftwareDevice(state: state).load(secs, stream.runs, sigstruct: sigstruct.bytes)
        // The selftest's loader always asks for the same attributes, so EINIT refuses this signature there.
        #expect(throws: EnclaveHostError.self) {
            let secs = selftest.secs(signedBy: sigstruct, base: try base(selftest))
            try SoftwareDevice(state: state).load(secs, selftest.runs, sigstruct: sigstruct.bytes)
        }
    }

    @Test func `a library with a changed byte is refused by EINIT for its measurement`() throws {
        var file = try SignedImages.sdk(SDKImageWriter()).file
        file[0x2000] ^= 1
        let image = try ForeignImage(file)
        #expect {
            try SoftwareDevice(state: state).load(
                image.secs(signedBy: nil, base: try base(image)), image.runs, sigstruct: try #require(image.signature))
        } throws: { "\($0)".contains("EINIT refused the enclave: the measurement") }
    }
}
