import CEnclaveCrypto
import EnclaveCrypto
import Testing

// Serialized: one test switches the whole process between the two implementations.
@Suite("SHA-256", .serialized)
struct SHA256Tests {
    static let vectors: [(message: [UInt8], digest: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test("The vectors of FIPS 180-4 hold with and without the SHA instructions", arguments: [true, false])
    func vectors(hardware: Bool) {
        ec_sha256_use_hardware(hardware ? 1 : 0)
        defer { ec_sha256_use_hardware(1) }
        for vector in SHA256Tests.vectors {
            #expect(hex(SHA256.hash(vector.message).bytes) == vector.digest)
        }
    }

    @Test(
        "Two messages hashed together have the digests they have alone, with and without the SHA instructions",
        arguments: [true, false])
    func pairs(hardware: Bool) {
        ec_sha256_use_hardware(hardware ? 1 : 0)
        defer { ec_sha256_use_hardware(1) }
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
        for count in [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 4096, 16384, 16385] {
            let (first, second) = (Array(bytes[1..<1 + count]), Array(bytes[20_003..<20_003 + count]))
            let together = first.withUnsafeBytes { first in
                second.withUnsafeBytes { second in
                    withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { none in
                        let empty = UnsafeRawPointer(none.baseAddress.unsafelyUnwrapped)
                        return SHA256.hash(first.baseAddress ?? empty, second.baseAddress ?? empty, count: count)
                    }
                }
            }
            #expect(together.first == SHA256.hash(first))
            #expect(together.second == SHA256.hash(second))
        }
    }

    @Test("However a message is cut, the digest is the same")
    func pieces() {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let whole = SHA256.hash(message)
        for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 129, 999] {
            var hash = SHA256()
            for start in stride(from: 0, to: message.count, by: size) {
                hash.update([UInt8](message[start..<min(start + size, message.count)]))
            }
            #expect(hash.finalize() == whole)
        }
    }

    @Test("A state saved at a block boundary continues elsewhere to the same digest")
    func resume() throws {
        let message = [UInt8](repeating: 0x5a, count: 640)
        var first = SHA256()
        first.update([UInt8](message[..<192]))
        let saved = try #require(first.state)
        #expect(saved.length == 192)
        var second = try #require(SHA256(resuming: saved))
        second.update([UInt8](message[192...]))
        #expect(second.finalize() == SHA256.hash(message))
    }

    @Test("There is no state to save inside a block, and none to resume from a bad one")
    func noState() {
        var hash = SHA256()
        hash.update([1])
        #expect(hash.state == nil)
        #expect(SHA256(resuming: .init(words: [1, 2, 3], length: 0)) == nil)
        #expect(SHA256(resuming: .init(words: [UInt32](repeating: 0, count: 8), length: 63)) == nil)
    }

    @Test("A finished hash begins anew")
    func again() {
        var hash = SHA256()
        hash.update(Array("abc".utf8))
        let first = hash.finalize()
        hash.update(Array("abc".utf8))
        #expect(hash.finalize() == first)
    }
}
