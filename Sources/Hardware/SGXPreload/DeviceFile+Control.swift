import CSGXPreload
import Glibc
import Linux
import SGX
import SoftSGX

/// The ioctls of the in-kernel driver (asm/sgx.h), numbers and refusals.
extension DeviceFile {
    enum Command {
        static let create: UInt64 = 0x4008_a400
        static let addPages: UInt64 = 0xc030_a401
        static let initialise: UInt64 = 0x4008_a402
        static let provision: UInt64 = 0x4008_a403
        static let restrictPermissions: UInt64 = 0xc028_a405
        static let modifyTypes: UInt64 = 0xc028_a406
        static let removePages: UInt64 = 0xc018_a407
    }

    /// `done` is zero at first; a step that wants to be called again (PRELOAD_AGAIN) leaves there how far it came.
    func control(
        _ command: UInt64, _ argument: UInt64, descriptor: Int32, done: inout UInt64
    ) throws(Refusal) -> Int {
        guard kind == PRELOAD_ENCLAVE else { throw Refusal(ENOTTY) }
        switch command {
        case Command.create: try create(argument, descriptor)
        case Command.addPages: return try addPages(argument, &done)
        case Command.initialise: try initialise(argument)
        case Command.provision: try provision(argument)
        case Command.restrictPermissions: return try changePages(argument, .restrictPermissions, &done)
        case Command.modifyTypes: return try changePages(argument, .modifyTypes, &done)
        case Command.removePages: return try changePages(argument, .remove, &done)
        default: throw Refusal(ENOTTY)
        }
        return 0
    }

    private func create(_ argument: UInt64, _ descriptor: Int32) throws(Refusal) {
        guard enclave == nil else { throw Refusal(EINVAL) }
        let source = try ProgramMemory.words(argument, 1)[0]
        try create(try ProgramMemory.bytes(source, SECS.byteCount), descriptor)
    }

    /// ECREATE's own refusals are EIO; the driver looks at SIZE before.
    func create(_ bytes: [UInt8], _ descriptor: Int32) throws(Refusal) {
        let size = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        guard size.nonzeroBitCount == 1 else { throw Refusal(EINVAL) }
        let secs: SECS
        do throws(SGXError) { secs = try SECS(parsing: bytes) } catch { throw Refusal(EIO) }
        let storage = FileDescriptor(owning: Int32(try Refusal.check(preload_open_storage(descriptor, size))))
        do throws(SoftSGXError) {
            let machine = try DeviceTable.current.machineKey()
            enclave = try SoftEnclave(creating: secs, rootKey: machine.rootKey, storage: .shared(storage))
        } catch {
            if case .rootKey = error { complain(error) }
            throw Refusal(creationCode(error))
        }
        preload_seal_storage(descriptor)
        // Mapped before it was known where pages of the file belong.
        for run in mapped.runs { try place(run, descriptor: descriptor) }
    }

    private func creationCode(_ error: SoftSGXError) -> Int32 {
        switch error {
        case .invalid, .unsupported, .denied: EIO
        case .rootKey: EIO
        default: error.errno
        }
    }

    private func complain(_ error: SoftSGXError) {
        let line = Array("inclavare: \(error)\n".utf8)
        _ = write(2, line, line.count)
    }

    private func initialise(_ argument: UInt64) throws(Refusal) {
        guard let enclave, !enclave.isInitialised else { throw Refusal(EINVAL) }
        let source = try ProgramMemory.words(argument, 1)[0]
        try initialise(try ProgramMemory.bytes(source, SIGSTRUCT.byteCount), token: nil, enclave)
    }

    func initialise(_ bytes: [UInt8], token: EINITTOKEN?, _ enclave: SoftEnclave) throws(Refusal) {
        let vendor = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self) }
        guard vendor == 0 || vendor == SIGSTRUCT.intelVendor else { throw Refusal(EINVAL) }
        try checkGrants(bytes, enclave)
        let sigstruct: SIGSTRUCT
        do throws(SGXError) { sigstruct = try SIGSTRUCT(parsing: bytes) } catch { throw Refusal(EPERM) }
        try Refusal.translating { () throws(SoftSGXError) in try enclave.initialise(sigstruct, token: token) }
    }

    /// The driver's look at attributes before EINIT: none that was not granted, none in SIGSTRUCT that this processor has not.
    private func checkGrants(_ sigstruct: [UInt8], _ enclave: SoftEnclave) throws(Refusal) {
        var granted: Attributes.Flags = [.debug, .mode64Bit, .kss]
        if enclave.provisioningAllowed { granted.insert(.provisionKey) }
        guard enclave.secs.attributes.flags.isSubset(of: granted) else { throw Refusal(EACCES) }
        let features = Self.features
        let masked = sigstruct.withUnsafeBytes { bytes in
            func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
            func half(_ offset: Int) -> UInt64 { UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
            return (flags: word(928) & word(944), xfrm: word(936) & word(952), misc: half(900) & half(904))
        }
        guard masked.flags & ~features.flags == 0, masked.xfrm & ~features.xfrm == 0, masked.misc & ~features.misc == 0 else {
            throw Refusal(EINVAL)
        }
    }

    /// What CPUID leaf 0x12 says an enclave may have.
    private static var features: (flags: UInt64, xfrm: UInt64, misc: UInt64) {
        var sizes: [UInt32] = [0, 0, 0, 0]
        var attributes: [UInt32] = [0, 0, 0, 0]
        preload_answer_cpuid(0x12, 0, &sizes)
        preload_answer_cpuid(0x12, 1, &attributes)
        let words = attributes.map(UInt64.init)
        return (words[0] | words[1] << 32, words[2] | words[3] << 32, UInt64(sizes[1]))
    }

    /// The driver keeps what was granted with the enclave that was created: a grant before that is forgotten.
    private func provision(_ argument: UInt64) throws(Refusal) {
        let number = try ProgramMemory.words(argument, 1)[0]
        let slot = number <= UInt64(Int32.max) ? preload_slot_of(Int32(number)) : -1
        guard slot >= 0, preload_kind_at(slot) == PRELOAD_PROVISION else { throw Refusal(EINVAL) }
        enclave?.provisioningAllowed = true
    }
}
