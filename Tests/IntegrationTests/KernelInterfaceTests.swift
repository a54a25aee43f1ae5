import Foundation
import Testing

/// Our own loader as it meets the kernel's driver: its device, ioctls and vDSO are those of the preload library, whose core the kernel's
/// selftest holds to the driver's behaviour.
@Suite("The kernel's interface", .enabled(if: Release.isUsable, Release.need)) struct KernelInterfaceTests {
    private static let script = """
        import threading, json, hashlib
        total = [0] * 4
        def work(n):
            for i in range(20000): total[n] += i
        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for t in threads: t.start()
        for t in threads: t.join()
        data = bytearray(8 << 20)
        data[::4096] = b'x' * len(data[::4096])
        print(json.dumps(total), hashlib.sha256(data).hexdigest())
        """

    @Test("python3 with threads runs behind /dev/sgx_enclave as in the software device", arguments: ["fixed", "dynamic"])
    func python(mode: String) throws {
        let enclave = try Enclave(running: ["/usr/bin/python3", "-c", Self.script], "memory_mode = \"\(mode)\"\n")
        let plain = try enclave.run()
        let behind = try run(enclave)
        #expect(plain.status == 0 && plain.text.hasPrefix("["), "\(plain.errors)")
        #expect(behind.text == plain.text, "\(behind.errors)")
        #expect(behind.errors.contains("software SGX behind /dev/sgx_enclave"))
    }

    @Test("A signature over another enclave is refused by the driver") func refusal() throws {
        let enclave = try Enclave(running: ["/usr/bin/busybox", "true"])
        let other = try Enclave(running: ["/usr/bin/busybox", "false"])
        let sigstruct = "\(enclave.folder.path)/enclave/sigstruct"
        try FileManager.default.removeItem(atPath: sigstruct)
        try FileManager.default.copyItem(atPath: "\(other.folder.path)/enclave/sigstruct", toPath: sigstruct)
        let run = try run(enclave)
        #expect(run.status == 1)
        #expect(run.errors.contains("EINIT"), "\(run.errors)")
    }

    @Test("doctor under sgx-run does not take the simulation for hardware") func doctor() throws {
        let run = try Command.run([Release.inclavare, "sgx-run", "--", Release.inclavare, "doctor"])
        #expect(run.status == 10)
        #expect(run.text.contains("this process runs under sgx-run"))
    }

    private func run(_ enclave: Enclave) throws -> Command {
        try Command.run([
            Release.inclavare, "sgx-run", "--", Release.inclavare, "run", "--rootfs", enclave.rootfs,
            "\(enclave.folder.path)/enclave",
        ])
    }
}
