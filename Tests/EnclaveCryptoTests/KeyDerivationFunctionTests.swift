import EnclaveCrypto
import Testing

@Suite("HMAC and HKDF")
struct KeyDerivationFunctionTests {
    @Test("HMAC vectors of RFC 4231 hold, with short and with long keys")
    func hmac() {
        let short = HMACSHA256.authenticate(
            key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8))
        #expect(hex(short.bytes) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let long = HMACSHA256.authenticate(
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        #expect(hex(long.bytes) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test("HKDF test cases 1 to 3 of RFC 5869 hold")
    func hkdf() throws {
        let secret = [UInt8](repeating: 0x0b, count: 22)
        let first = try HKDFSHA256.derive(
            secret: secret, salt: hex("000102030405060708090a0b0c"), info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(hex(first) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
        let second = try HKDFSHA256.derive(
            secret: [UInt8](0x00...0x4f), salt: [UInt8](0x60...0xaf), info: [UInt8](0xb0...0xff), count: 82)
        #expect(
            hex(second) == """
                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c\
                59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71\
                cc30c58179ec3e87c14c01d5c1f3434f1d87
                """)
        let third = try HKDFSHA256.derive(secret: secret, count: 42)
        #expect(hex(third) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
    }

    @Test("HKDF gives at most 255 blocks")
    func tooMuch() throws {
        #expect(try HKDFSHA256.derive(secret: [1], count: 255 * 32).count == 255 * 32)
        #expect(throws: CryptoError.tooLong) { try HKDFSHA256.derive(secret: [1], count: 255 * 32 + 1) }
        #expect(throws: CryptoError.tooLong) { try HKDFSHA256.derive(secret: [1], count: -1) }
    }

    @Test("Constant-time comparison agrees with ordinary comparison, erasing leaves zeros")
    func constantTime() {
        let bytes = [UInt8](0..<64)
        #expect(ConstantTime.equal(bytes, bytes))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal(bytes, [UInt8](0..<63)))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!ConstantTime.equal(bytes, other))
        }
        var secret = bytes
        ConstantTime.erase(&secret)
        #expect(secret == [UInt8](repeating: 0, count: 64))
    }
}
