import EnclaveCrypto
import Testing

@Suite("Digest")
struct DigestTests {
    @Test("Only 32 bytes make a digest, and they come back")
    func bytes() throws {
        let bytes = [UInt8](0..<32)
        let digest = try #require(Digest(bytes: bytes))
        #expect(digest.bytes == bytes)
        #expect(Digest(bytes: [UInt8](0..<31)) == nil)
        #expect(Digest(bytes: [UInt8](0..<33)) == nil)
        #expect(bytes.withUnsafeBytes { Digest(copying: $0) } == digest)
    }

    @Test("A difference in any byte makes digests differ")
    func equality() {
        let zero = Digest()
        for index in 0..<32 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[index] = 0x80
            #expect(Digest(bytes: bytes) != zero)
        }
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 32)) == zero)
    }
}
