import Foundation
import Testing

/// Keys that bind data to an enclave and a machine: the same after a restart, another's never.
@Suite("Sealing keys", .enabled(if: Release.isUsable, Release.need)) struct SealingTests {
    private static let show = ["/usr/bin/busybox", "od", "-An", "-tx1", "/dev/attestation/keys/_sgx_mrenclave"]

    @Test("The key of an enclave is the same after a restart") func stable() throws {
        let enclave = try Enclave(running: Self.show)
        let first = try enclave.run()
        #expect(first.status == 0)
        #expect(first.text.split(separator: " ").count == 16)
        #expect(try enclave.run().text == first.text)
    }

    @Test("Another measurement and another machine have another key") func bound() throws {
        let enclave = try Enclave(running: Self.show)
        let key = try enclave.run().text
        let other = try Enclave(running: Self.show, "[env]\nOTHER = \"1\"\n")
        #expect(try other.run().text != key)
        let machine = try TemporaryFolder()
        let elsewhere = try enclave.run(environment: ["INCLAVARE_STATE": machine.path])
        #expect(elsewhere.status == 0)
        #expect(elsewhere.text != key)
    }

    @Test("The signer's key is there only where the manifest chose it, and then for every enclave of the signer") func signer()
        throws
    {
        let show = ["/usr/bin/busybox", "od", "-An", "-tx1", "/dev/attestation/keys/_sgx_mrsigner"]
        #expect(try Enclave(running: show).run().status != 0)
        let one = try Enclave(running: show, "sealing = \"mrsigner\"\n").run()
        let two = try Enclave(running: show, "sealing = \"mrsigner\"\n[env]\nOTHER = \"1\"\n").run()
        #expect(one.status == 0)
        #expect(one.text == two.text)
    }
}
