import EnclaveCrypto
import Testing

@Suite("AES-CMAC and AES-GCM")
struct AESTests {
    static let cmacMessage = hex(
        """
        6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
        30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710
        """)

    @Test(
        "The CMAC vectors of RFC 4493 hold",
        arguments: [
            (0, "bb1d6929e95937287fa37d129b756746"), (16, "070a16b46b4d4144f79bdd9dd04a287c"),
            (40, "dfa66747de9ae63030ca32611497c827"), (64, "51f0bebf7e3b9d92fc49741779363cfe"),
        ])
    func cmac(count: Int, tag: String) throws {
        let key = hex("2b7e151628aed2a6abf7158809cf4f3c")
        let message = [UInt8](AESTests.cmacMessage[..<count])
        #expect(try hex(AESCMAC.authenticate(key: key, message: message)) == tag)
    }

    struct GCMVector: Sendable {
        var key, nonce, plaintext, associated, sealed: String
    }

    /// Test cases 1-4, 13-16 of McGrew and Viega, "The Galois/Counter Mode of Operation".
    static let gcmVectors: [GCMVector] = {
        let zero16 = "00000000000000000000000000000000"
        let nonce = "cafebabefacedbaddecaf888"
        let key = "feffe9928665731c6d6a8f9467308308"
        let text = """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255
            """
        let associated = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
        let cipher128 = """
            42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
            21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985
            """
        let cipher256 = """
            522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
            8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad
            """
        let zeroNonce = "000000000000000000000000"
        func short(_ text: String) -> String { String(text.prefix(120)) }
        return [
            .init(key: zero16, nonce: zeroNonce, plaintext: "", associated: "", sealed: "58e2fccefa7e3061367f1d57a4e7455a"),
            .init(
                key: zero16, nonce: zeroNonce, plaintext: zero16, associated: "",
                sealed: "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"),
            .init(
                key: key, nonce: nonce, plaintext: text, associated: "",
                sealed: cipher128 + "4d5c2af327cd64a62cf35abd2ba6fab4"),
            .init(
                key: key, nonce: nonce, plaintext: short(text), associated: associated,
                sealed: short(cipher128) + "5bc94fbc3221a5db94fae95ae7121a47"),
            .init(
                key: zero16 + zero16, nonce: zeroNonce, plaintext: "", associated: "",
                sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
            .init(
                key: zero16 + zero16, nonce: zeroNonce, plaintext: zero16, associated: "",
                sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
            .init(
                key: key + key, nonce: nonce, plaintext: text, associated: "",
                sealed: cipher256 + "b094dac5d93471bdec1a502270e3cc6c"),
            .init(
                key: key + key, nonce: nonce, plaintext: short(text), associated: associated,
                sealed: short(cipher256) + "76fc6ece0f4e1768cddf8853bb2d551b"),
        ]
    }()

    @Test("The GCM vectors hold both ways", arguments: gcmVectors)
    func gcmHolds(vector: GCMVector) throws {
        let cipher = try AESGCM(key: hex(vector.key))
        let sealed = try cipher.seal(
            hex(vector.plaintext), nonce: hex(vector.nonce), authenticating: hex(vector.associated))
        #expect(hex(sealed) == vector.sealed)
        let opened = try cipher.open(sealed, nonce: hex(vector.nonce), authenticating: hex(vector.associated))
        #expect(hex(opened) == vector.plaintext)
    }

    @Test("A change in ciphertext, tag, nonce or associated data is refused and leaves the bytes as they were")
    func tampering() throws {
        let cipher = try AESGCM(key: [UInt8](repeating: 7, count: 32))
        let nonce = [UInt8](repeating: 1, count: 12)
        let sealed = try cipher.seal([UInt8](0..<100), nonce: nonce, authenticating: [1, 2, 3])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptoError.notAuthentic) { try cipher.open(changed, nonce: nonce, authenticating: [1, 2, 3]) }
        }
        #expect(throws: CryptoError.notAuthentic) { try cipher.open(sealed, nonce: nonce, authenticating: [1, 2, 4]) }
        #expect(throws: CryptoError.notAuthentic) {
            try cipher.open(sealed, nonce: [UInt8](repeating: 2, count: 12), authenticating: [1, 2, 3])
        }
        var bytes = [UInt8](sealed[..<100])
        let before = bytes
        #expect(throws: CryptoError.notAuthentic) {
            try bytes.withUnsafeMutableBytes { target in
                try cipher.open(target, nonce: nonce, tag: [UInt8](repeating: 0, count: 16))
            }
        }
        #expect(bytes == before)
    }

    @Test("Keys, nonces, tags and sealed bytes of the wrong size are refused")
    func sizes() throws {
        #expect(throws: CryptoError.badSize) { try AESGCM(key: [UInt8](repeating: 0, count: 24)) }
        #expect(throws: CryptoError.badSize) { try AESCMAC.authenticate(key: [1], message: []) }
        let cipher = try AESGCM(key: [UInt8](repeating: 0, count: 16))
        #expect(throws: CryptoError.badSize) { try cipher.seal([], nonce: [1]) }
        #expect(throws: CryptoError.badSize) { try cipher.open([1, 2, 3], nonce: [UInt8](repeating: 0, count: 12)) }
    }
}
