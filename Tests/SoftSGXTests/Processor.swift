import CSoftSGX
import EnclaveLayout
import EnclaveTestSupport
import SGX
import SoftSGX

/// The fixture `processor.S` in an enclave of its own, and its commands.
final class Processor: Sendable {
    enum Command: UInt64 {
        case echo, report, key, divide, systemCall, undefined, compute, registers, load, dirty, outside, store, interrupt80,
            unknownLeaf,
            breakpoint, bases, exitInside, seen, leaf, callAt, poke, acceptMany
    }

    static let image = Result { try AssembledImage.make("processor") }
    static let unpatchedImage = Result { try AssembledImage.make("processor", defining: ["UNPATCHED"]) }

    let enclave: SoftEnclave
    let placement: TestEnclave

    /// Where the pages lie when they do not lie in reserved memory.
    private let mapped: MappedFile?

    init(
        vcpus: UInt32 = 2, rootKey: [UInt8] = [UInt8](repeating: 7, count: 32), patched: Bool = true, fill: UInt8? = nil
    ) throws {
        placement = try TestEnclave(image: (patched ? Self.image : Self.unpatchedImage).get(), vcpus: vcpus)
        enclave = try placement.loaded(rootKey: rootKey, fill: fill)
        mapped = nil
    }

    /// In a file that is mapped at the enclave's place, as a program that knows nothing of us does it.
    init(sharedWithVCPUs vcpus: UInt32) throws {
        placement = try TestEnclave(image: Self.image.get(), vcpus: vcpus)
        let base = TestEnclave.freshBase()
        let file = try MappedFile(at: base, bytes: placement.plan.secs.size)
        mapped = file
        enclave = try placement.loaded(at: base, in: file.duplicate())
    }

    static func key(_ byte: UInt8) throws -> MachineRootKey {
        guard let key = MachineRootKey([UInt8](repeating: byte, count: MachineRootKey.byteCount)) else {
            throw AssembledImage.Failure(description: "root key")
        }
        return key
    }

    var base: UInt64 { enclave.secs.baseAddress }
    func tcs(_ index: UInt32 = 0) -> UInt64 { base + placement.plan.placement.tcs(index) }

    /// What ended a call.
    enum End: Equatable {
        case finished(UInt64)
        /// ENCLU itself faulted.
        case entryFault(UInt16)
        /// The handler inside did not take it.
        case unhandled(UInt16)
    }

    /// Enters, lets the fixture's handler deal with exceptions, and gives the answer.
    func call(
        _ thread: borrowing SoftThread, _ command: Command, _ rsi: UInt64 = 0, _ rdx: UInt64 = 0, tcs address: UInt64? = nil,
        trapping: Bool = false, exceptions: ((softsgx_entry) -> Void)? = nil
    ) -> End {
        var entry = softsgx_entry()
        entry.tcs = address ?? tcs()
        (entry.rdi, entry.rsi, entry.rdx) = (command.rawValue, rsi, rdx)
        entry.function = UInt32(SOFTSGX_EENTER)
        while true {
            if trapping { thread.enterTrapping(&entry) } else { thread.enter(&entry) }
            if entry.function == UInt32(SOFTSGX_EEXIT) {
                switch entry.rdi {
                case 2: entry.function = UInt32(SOFTSGX_ERESUME)
                case 4: return .unhandled(entry.vector)
                default: return .finished(entry.rsi)
                }
                continue
            }
            exceptions?(entry)
            guard entry.function == UInt32(SOFTSGX_ERESUME) else { return .entryFault(entry.vector) }
            entry.function = UInt32(SOFTSGX_EENTER)
            entry.rdi = 3
        }
    }

    /// What the fixture's loop must give.
    static func computed(rounds: UInt64, seed: UInt64) -> UInt64 {
        let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
        var (rax, xmm0, xmm1) = (seed, UInt64(0), seed)
        for _ in 0..<rounds {
            rax &*= factor
            rax = rax << 17 | rax >> 47
            xmm1 &+= factor
            xmm0 ^= xmm1
            let saved = rax
            rax &+= seed
            rax ^= saved
            rax &+= saved
        }
        return xmm0 ^ rax
    }
}
