import CLinux
import EnclaveHost
import Testing

/// The in-tree driver's interface, byte by byte; it has never met hardware.
@Suite struct KernelDriverStructureTests {
    private func bytes<Value>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { [UInt8]($0) } }

    /// Each word holds its own number in every byte.
    private func words(_ numbers: UInt8...) -> [UInt8] { numbers.flatMap { [UInt8](repeating: $0, count: 8) } }

    private func word(_ number: UInt64) -> UInt64 { number * 0x0101_0101_0101_0101 }

    @Test func requestNumbersAreThoseOfTheKernel() {
        #expect(cl_sgx_ioc_enclave_create == 0x4008_a400)
        #expect(cl_sgx_ioc_enclave_add_pages == 0xc030_a401)
        #expect(cl_sgx_ioc_enclave_init == 0x4008_a402)
        #expect(cl_sgx_ioc_enclave_provision == 0x4008_a403)
        #expect(cl_sgx_ioc_enclave_restrict_permissions == 0xc028_a405)
        #expect(cl_sgx_ioc_enclave_modify_types == 0xc028_a406)
        #expect(cl_sgx_ioc_enclave_remove_pages == 0xc018_a407)
    }

    @Test func requestsAreLaidOutAsInTheKernel() {
        #expect(bytes(cl_sgx_enclave_create(source: word(1))) == words(1))
        let addition = cl_sgx_enclave_add_pages(
            source: word(1), offset: word(2), length: word(3), secinfo: word(4), flags: word(5), count: word(6))
        #expect(bytes(addition) == words(1, 2, 3, 4, 5, 6))
        #expect(bytes(cl_sgx_enclave_init(sigstruct: word(1))) == words(1))
        #expect(bytes(cl_sgx_enclave_provision(fd: word(1))) == words(1))
        let restriction = cl_sgx_enclave_restrict_permissions(
            offset: word(1), length: word(2), permissions: word(3), result: word(4), count: word(5))
        #expect(bytes(restriction) == words(1, 2, 3, 4, 5))
        let change = cl_sgx_enclave_modify_types(
            offset: word(1), length: word(2), page_type: word(3), result: word(4), count: word(5))
        #expect(bytes(change) == words(1, 2, 3, 4, 5))
        #expect(bytes(cl_sgx_enclave_remove_pages(offset: word(1), length: word(2), count: word(3))) == words(1, 2, 3))
    }

    @Test func theRunStructureIsLaidOutAsInTheVDSO() {
        var run = cl_sgx_enclave_run()
        run.tcs = word(1)
        run.function = 0x0202_0202
        run.exception_vector = 0x0303
        run.exception_error_code = 0x0404
        run.exception_address = word(5)
        run.user_handler = word(6)
        run.user_data = word(7)
        let head = words(1) + [2, 2, 2, 2, 3, 3, 4, 4] + words(5, 6, 7)
        #expect(bytes(run) == head + [UInt8](repeating: 0, count: 216))
        #expect(MemoryLayout<cl_sgx_enclave_run>.size == 256)
    }

    @Test func withoutHardwareItSaysWhatIsMissing() {
        guard let obstacle = KernelDevice.obstacle else { return }
        #expect(obstacle.contains("/dev/sgx_enclave") || obstacle.contains("vDSO"))
        #expect(throws: EnclaveHostError.self) { try KernelDevice() }
    }
}
