import CSoftSGX
import EnclaveTestSupport
import Glibc
import Linux
import SGX
import SoftSGX

/// The software SGX, acted on with the model's operations; what it says is put into the model's words.
final class RealEnclave {
    private let enclave: SoftEnclave
    private let thread: SoftThread
    private let sigstruct: SIGSTRUCT
    private let other: StayingThread
    private let caller: Caller
    private let mapping: FileMapping?

    init(_ signed: SignedLayout, base: UInt64, _ manner: Manner, other: StayingThread) throws {
        mapping = manner == .file ? try FileMapping(base: base) : nil
        enclave = try Self.create(base: base, in: mapping)
        enclave.rewritesENCLU = manner == .rewritten
        thread = try enclave.attach()
        sigstruct = signed.sigstruct
        caller = Caller(base: base)
        self.other = other
    }

    static func create(base: UInt64, in mapping: FileMapping? = nil) throws -> SoftEnclave {
        let secs = SECS(
            size: Machine.size, baseAddress: base, ssaFrameSize: 1, miscSelect: .exinfo,
            attributes: Attributes(flags: .mode64Bit, xfrm: Attributes.XFRM(rawValue: 3)))
        guard let key = MachineRootKey([UInt8](repeating: 9, count: MachineRootKey.byteCount)) else {
            throw AssembledImage.Failure(description: "root key")
        }
        guard let mapping else { return try SoftEnclave(creating: secs, rootKey: key) }
        return try SoftEnclave(creating: secs, rootKey: key, storage: .shared(mapping.duplicate()))
    }

    static func add(_ addition: Addition, to enclave: SoftEnclave) throws {
        let secinfo = SECINFO(SECINFO.Flags(rawValue: addition.flags))
        let page: [UInt8]
        switch addition.contents {
        case .zero:
            return try enclave.addPages(.zeros(pages: addition.pages), at: addition.offset, secinfo, measured: addition.measured)
        case .code: page = try ActingCode.bytes.get()
        case .secinfos(let number): page = SecinfoTable.bytes(page: number)
        case .threadControl(let fields): page = fields.bytes
        }
        try page.withUnsafeBytes { try enclave.addPages(.bytes($0), at: addition.offset, secinfo, measured: addition.measured) }
    }

    func apply(_ operation: Operation) -> Outcome {
        switch operation {
        case .add(let addition): driver { try Self.add(addition, to: enclave) }
        case .initialise: driver { try enclave.initialise(sigstruct) }
        case .map(let offset, let length, let rights): driver { try map(offset, length, rights) }
        case .unmap(let offset, let length): unmap(offset, length)
        case .restrict(let offset, let length, let rights):
            ranged { progress throws(SoftSGXError) in
                try enclave.restrictPermissions(offset, length, to: Self.host(rights), progress: &progress)
            }
        case .retype(let offset, let length, let type): retype(offset, length, type)
        case .remove(let offset, let length):
            ranged { progress throws(SoftSGXError) in try enclave.removePages(offset, length, progress: &progress) }
        case .augment(let offset):
            ranged { progress throws(SoftSGXError) in try enclave.augment(offset, 4096, progress: &progress) }
        case .enter(let tcs, let command): run(caller.entry(tcs, SOFTSGX_EENTER, command))
        case .resume(let tcs): run(caller.entry(tcs, SOFTSGX_ERESUME, .nothing))
        case .stay(let tcs): caller.outcome(other.enter(enclave, caller.entry(tcs, SOFTSGX_EENTER, .stay)))
        case .leave: other.leave().map(caller.outcome) ?? .driver(errno: 0)
        }
    }

    private static func host(_ rights: Rights) -> MemoryRights { MemoryRights(rawValue: Int32(rights.rawValue)) }

    /// As the preload library does it: the driver is asked before anything is mapped.
    private func map(_ offset: UInt64, _ length: UInt64, _ rights: Rights) throws {
        try enclave.checkMap(offset, length, Self.host(rights))
        if let range = Machine.range(offset, length) { try mapping?.map(range) }
        try enclave.map(offset, length, Self.host(rights))
    }

    private func unmap(_ offset: UInt64, _ length: UInt64) -> Outcome {
        enclave.unmap(offset, length)
        if let range = Machine.range(offset, length) { mapping?.unmap(range) }
        return .driver(errno: 0)
    }

    private func driver(_ body: () throws -> Void) -> Outcome {
        do {
            try body()
            return .driver(errno: 0)
        } catch {
            return .driver(errno: (error as? SoftSGXError)?.errno ?? -1)
        }
    }

    private func ranged(_ body: (inout PageProgress) throws(SoftSGXError) -> Void) -> Outcome {
        var progress = PageProgress()
        do throws(SoftSGXError) {
            try body(&progress)
            return .driver(errno: 0, bytes: progress.bytes)
        } catch {
            return .driver(errno: error.errno, code: progress.result, bytes: progress.bytes)
        }
    }

    private func retype(_ offset: UInt64, _ length: UInt64, _ type: UInt8) -> Outcome {
        // A type that is none has no case of its own to be asked for with.
        guard let type = SECINFO.PageType(rawValue: type) else { return .driver(errno: EINVAL) }
        return ranged { progress throws(SoftSGXError) in
            try enclave.modifyTypes(offset, length, to: type, progress: &progress)
        }
    }

    private func run(_ prepared: softsgx_entry) -> Outcome {
        var entry = prepared
        thread.enter(&entry)
        return caller.outcome(entry)
    }
}
