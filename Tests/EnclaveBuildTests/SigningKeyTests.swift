import EnclaveBuild
import EnclaveCrypto
import SGX
import Testing
import Wire

@Suite("A signing key")
struct SigningKeyTests {
    @Test("that was made signs what the processor's rules accept, also after a round through PEM")
    func generated() throws {
        let key = try SigningKey(pem: try SigningKey.generate().pem, name: "test")
        var configuration = EnclaveConfiguration()
        configuration.buildDate = 1_709_164_800
        configuration.productID = 3
        var sigstruct = SIGSTRUCT(configuration: configuration, measurement: SHA256.hash([1, 2, 3]))
        try key.sign(&sigstruct)
        try sigstruct.check()
        try sigstruct.requireProductMasks()
        #expect(sigstruct.date == 0x2024_0229)
        #expect(sigstruct.modulus.bytes.reversed().elementsEqual(try key.modulus))
        var other = sigstruct
        other.isvSVN = 1
        #expect(throws: SIGSTRUCTError.signature) { try other.check() }
    }

    @Test("of another kind is refused in one line")
    func refused() {
        #expect(throws: BuildError.self) { try SigningKey(pem: "no key", name: "test") }
        do throws(BuildError) {
            _ = try SigningKey(pem: TestKeys.exponent65537, name: "k.pem")
            Issue.record("accepted")
        } catch { #expect(error.description.contains("its public exponent is not 3")) }
        do throws(BuildError) {
            _ = try SigningKey(pem: TestKeys.bits2048, name: "k.pem")
            Issue.record("accepted")
        } catch { #expect(error.description.contains("it has 2048 bits")) }
    }
}
