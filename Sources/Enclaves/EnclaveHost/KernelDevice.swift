import CLinux
import CSoftSGX
import EnclaveLayout
import Glibc
import Linux
import SGX
import SoftSGX

/// The in-tree SGX driver of Linux 5.11 and later, with the vDSO's entry.
///
/// It has never met hardware: the structures are tested byte by byte and the steps are those of the software device, no more.
package final class KernelDevice: EnclaveDevice, @unchecked Sendable {
    package static let path = "/dev/sgx_enclave"
    private static let provisionPath = "/dev/sgx_provision"
    private static let measure: UInt64 = 1
    private static let zeroBytes: UInt64 = 1 << 20

    private let file: FileDescriptor
    private let vdso: UInt64
    // Set by `create`, before any other thread has the device: hence unchecked Sendable.
    private var secs: SECS?
    private var range: Mapping?

    package init() throws(EnclaveHostError) {
        vdso = cl_sgx_find_vdso()
        guard vdso != 0 else { throw .device("SGX: the kernel's vDSO has no __vdso_sgx_enter_enclave; Linux 5.11 or later has it") }
        do throws(SystemCallError) {
            file = try FileDescriptor.open(Self.path, O_RDWR)
        } catch {
            throw .system(error)
        }
    }

    /// Nil when the device may be there, or the reason why not.
    package static var obstacle: String? {
        if access(path, R_OK | W_OK) != 0 { return "\(path): \(SystemCallError.reason(errno))" }
        return cl_sgx_find_vdso() == 0 ? "the kernel's vDSO has no __vdso_sgx_enter_enclave" : nil
    }

    /// Under `inclavare sgx-run` the driver is the software SGX.
    package var isSimulated: Bool { cl_sgx_is_simulated() != 0 }

    package func create(_ secs: SECS) throws(EnclaveHostError) {
        do throws(SystemCallError) {
            let lowest = max(secs.baseAddress, 65536)
            range = try Mapping(reserving: lowest, bytes: secs.baseAddress + secs.size - lowest)
            let page = try Mapping(bytes: 4096)
            page.pointer.copyMemory(from: secs.bytes, byteCount: SECS.byteCount)
            var request = cl_sgx_enclave_create(source: page.address)
            try SystemCallError.check(cl_ioctl(file.raw, cl_sgx_ioc_enclave_create, &request), "create an enclave (ECREATE)")
        } catch {
            throw .system(error)
        }
        self.secs = secs
    }

    package func addPages(
        _ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool
    ) throws(EnclaveHostError) {
        do throws(SystemCallError) {
            switch source {
            case .bytes(let bytes):
                let pages = try Mapping(bytes: UInt64(bytes.count))
                UnsafeMutableRawBufferPointer(start: pages.pointer, count: bytes.count).copyMemory(from: bytes)
                try add(pages, UInt64(bytes.count), offset, secinfo, measured)
            case .zeros(let count):
                let zeros = try Mapping(bytes: Self.zeroBytes)
                var done: UInt64 = 0
                while done < UInt64(count) * 4096 {
                    let part = min(Self.zeroBytes, UInt64(count) * 4096 - done)
                    try add(zeros, part, offset + done, secinfo, measured)
                    done += part
                }
            }
        } catch {
            throw .system(error)
        }
    }

    package func allowProvisioning() throws(EnclaveHostError) {
        do throws(SystemCallError) {
            let provision = try FileDescriptor.open(Self.provisionPath, O_RDONLY)
            var request = cl_sgx_enclave_provision(fd: UInt64(provision.raw))
            try SystemCallError.check(
                cl_ioctl(file.raw, cl_sgx_ioc_enclave_provision, &request), "let the enclave have the provisioning key")
        } catch {
            throw .system(error)
        }
    }

    package func initialise(_ sigstruct: [UInt8]) throws(EnclaveHostError) {
        do throws(SystemCallError) {
            let page = try Mapping(bytes: 4096)
            page.pointer.copyMemory(from: sigstruct, byteCount: min(sigstruct.count, 4096))
            var request = cl_sgx_enclave_init(sigstruct: page.address)
            let result = cl_ioctl(file.raw, cl_sgx_ioc_enclave_init, &request)
            try SystemCallError.check(
                result, "initialise the enclave (EINIT); EPERM: measurement, signature or attributes are not those signed")
        } catch {
            throw .system(error)
        }
    }

    package func map(_ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO) throws(EnclaveHostError) {
        guard let secs else { throw .device("SGX: no enclave was created") }
        // The driver gives TCS pages read and write whatever their SECINFO says; the processor lets nobody use them.
        let rights =
            secinfo.pageType == .tcs
            ? PROT_READ | PROT_WRITE : Int32(secinfo.flags.rawValue & SECINFO.Flags.rights.rawValue)
        let address = UnsafeMutableRawPointer(bitPattern: UInt(secs.baseAddress + offset))
        guard mmap(address, Int(length), rights, MAP_SHARED | MAP_FIXED, file.raw, 0) != MAP_FAILED else {
            throw .system(SystemCallError(errno, "map \(length) bytes of the enclave at offset \(offset)"))
        }
    }

    /// Asked before the enclave is initialised, when the driver says EINVAL if it has these steps at all.
    package var growthObstacle: String? {
        var request = cl_sgx_enclave_modify_types()
        switch Int32(-cl_ioctl(file.raw, cl_sgx_ioc_enclave_modify_types, &request)) {
        case ENODEV: return "this processor has no SGX2"
        case ENOTTY: return "this kernel's SGX driver adds no pages after the start; Linux 6.0 and later do"
        default: return nil
        }
    }

    package func restrictPermissions(
        _ offset: UInt64, _ length: UInt64, to rights: SECINFO.Flags
    ) throws(EnclaveHostError) {
        try PageChange.whole(offset, length, "restrict the rights of (EMODPR)") { offset, length in
            var request = cl_sgx_enclave_restrict_permissions()
            (request.offset, request.length) = (offset, length)
            request.permissions = rights.rawValue & SECINFO.Flags.rights.rawValue
            let result = cl_ioctl(file.raw, cl_sgx_ioc_enclave_restrict_permissions, &request)
            return (result, request.count, request.result)
        }
    }

    package func modifyTypes(_ offset: UInt64, _ length: UInt64, to type: SECINFO.PageType) throws(EnclaveHostError) {
        try PageChange.whole(offset, length, "change the type of (EMODT)") { offset, length in
            var request = cl_sgx_enclave_modify_types()
            (request.offset, request.length) = (offset, length)
            request.page_type = UInt64(type.rawValue)
            let result = cl_ioctl(file.raw, cl_sgx_ioc_enclave_modify_types, &request)
            return (result, request.count, request.result)
        }
    }

    package func removePages(_ offset: UInt64, _ length: UInt64) throws(EnclaveHostError) {
        try PageChange.whole(offset, length, "remove (EREMOVE)") { offset, length in
            var request = cl_sgx_enclave_remove_pages()
            (request.offset, request.length) = (offset, length)
            let result = cl_ioctl(file.raw, cl_sgx_ioc_enclave_remove_pages, &request)
            return (result, request.count, 0)
        }
    }

    package func open(_ range: GrowingRange) throws(EnclaveHostError) { try map(range.offset, range.length, range.secinfo) }

    package func attachThread() throws(EnclaveHostError) -> any EnclaveThread { KernelThread(vdso: vdso) }

    /// The driver may stop at a signal: `count` says how far it came.
    private func add(
        _ pages: borrowing Mapping, _ length: UInt64, _ offset: UInt64, _ secinfo: SECINFO, _ measured: Bool
    ) throws(SystemCallError) {
        let information = try Mapping(bytes: 4096)
        information.pointer.copyMemory(from: secinfo.bytes, byteCount: SECINFO.byteCount)
        var done: UInt64 = 0
        while done < length {
            var request = cl_sgx_enclave_add_pages(
                source: pages.address + done, offset: offset + done, length: length - done, secinfo: information.address,
                flags: measured ? Self.measure : 0, count: 0)
            let result = cl_ioctl(file.raw, cl_sgx_ioc_enclave_add_pages, &request)
            done += request.count
            if result == -Int(EINTR) || result == -Int(EAGAIN) { continue }
            try SystemCallError.check(result, "add pages at offset \(offset + done) (EADD)")
            guard request.count > 0 else { throw SystemCallError(EIO, "add pages at offset \(offset + done) (EADD)") }
        }
    }
}

private final class KernelThread: EnclaveThread {
    private let vdso: UInt64
    private var run = cl_sgx_enclave_run()

    init(vdso: UInt64) { self.vdso = vdso }

    func enter(_ entry: inout softsgx_entry) {
        run.tcs = entry.tcs
        var registers = cl_sgx_registers(rdi: entry.rdi, rsi: entry.rsi, rdx: entry.rdx, r8: entry.r8, r9: entry.r9)
        let result = cl_sgx_vdso_enter(vdso, &registers, UInt64(entry.function), &run)
        (entry.rdi, entry.rsi, entry.rdx) = (registers.rdi, registers.rsi, registers.rdx)
        (entry.r8, entry.r9) = (registers.r8, registers.r9)
        entry.rip = 0
        guard result == 0 else {
            // -EINVAL: the vDSO does not take our arguments; told as the fault that the entry is.
            entry.vector = 13
            return
        }
        entry.function = run.function
        entry.vector = run.exception_vector
        entry.error_code = run.exception_error_code
        entry.address = run.exception_address
    }
}
