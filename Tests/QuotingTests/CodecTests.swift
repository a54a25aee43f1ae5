import AESM
import Foundation
import Testing

/// Messages as bytes.
@Suite("AESM messages")
struct CodecTests {
    @Test("are, each of the fuzzer's seeds, refused or something that encodes to itself")
    func corpus() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus")
        let seeds = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(seeds.count >= 26)
        for seed in seeds {
            let bytes = [UInt8](try Data(contentsOf: seed))
            AESMConsistency.check(bytes)
            for length in 0..<min(bytes.count, 64) { AESMConsistency.check(Array(bytes.prefix(length))) }
            for index in bytes.indices.prefix(64) {
                var changed = bytes
                changed[index] ^= 0x81
                AESMConsistency.check(changed)
            }
        }
    }

    @Test("have numbers as protobuf writes them")
    func numbers() throws {
        #expect(AESMRequest.supportedKeyIDs(bufferByteCount: 256).encoded() == [0xb2, 1, 6, 0x08, 0x80, 2, 0x48, 0x98, 0x75])
        #expect(AESMResponse.refusal(nil, .unexpected).encoded() == [0xa2, 1, 2, 8, 1])
        let most = [0x7a, 0x0d, 0x18, 0x01, 0x20] + [UInt8](repeating: 0xff, count: 9) + [1]
        #expect(
            try AESMRequest(decoding: most) == .initQuoteEx(keyID: nil, wantsPublicKeyID: true, bufferByteCount: .max))
        // One bit more than 64.
        #expect(throws: AESMRequest.DecodingError.incomplete(.initQuoteEx)) { try AESMRequest(decoding: most.dropLast() + [3]) }
    }

    @Test("may repeat a field, where the last one counts, and bring unknown ones, but not two operations")
    func repetitions() throws {
        #expect(try AESMRequest(decoding: [0xb2, 1, 6, 0x08, 1, 0x08, 2, 0x50, 7]) == .supportedKeyIDs(bufferByteCount: 2))
        #expect(try AESMRequest(decoding: [0xf8, 7, 1, 0xaa, 1, 0]) == .supportedKeyIDCount)
        #expect(throws: AESMRequest.DecodingError.unsupported) { try AESMRequest(decoding: [0xaa, 1, 0, 0xb2, 1, 2, 8, 1]) }
    }
}
