import Linux
import Wire

/// The host's side of one vCPU's call area (`CallFrame`).
///
/// Shared with the thread that serves its slot: it is there until neither needs it.
final class CallArea: Sendable {
    private let memory: Mapping

    init() throws(SystemCallError) { memory = try Mapping(bytes: UInt64(CallFrame.totalLength)) }

    var address: UInt64 { memory.address }

    var view: CallView { CallView(base: memory.pointer) }

    var slot: SlotView { SlotView(base: memory.pointer) }
}

/// A call area as a server sees it: a number, six arguments, a data area; all written by the enclave.
struct CallView {
    let base: UnsafeMutableRawPointer
    /// Where number, arguments and result stand: at the start, or in the slot.
    let head: UnsafeMutableRawPointer

    init(base: UnsafeMutableRawPointer, headOffset: Int = 0) {
        self.base = base
        head = base + headOffset
    }

    var number: UInt32 { head.load(as: UInt32.self) }

    func argument(_ index: Int) -> UInt64 {
        head.load(fromByteOffset: CallFrame.argumentsOffset + index * 8, as: UInt64.self)
    }

    func store(result: Int64) { head.storeBytes(of: result, toByteOffset: CallFrame.resultOffset, as: Int64.self) }

    func store(signalsWait: Bool) {
        base.storeBytes(of: signalsWait ? 1 : 0, toByteOffset: CallFrame.signalsOffset, as: UInt64.self)
    }

    var data: UnsafeMutableRawPointer { base + CallFrame.dataOffset }

    /// A length that fits the data area, from an argument.
    func length(_ index: Int) -> Int { Int(min(argument(index), UInt64(CallFrame.dataLength))) }

    func bytes(_ count: Int) -> [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: data, count: min(max(count, 0), CallFrame.dataLength)))
    }

    /// Copies an answer into the data area; its length, or -EMSGSIZE.
    func answer(_ bytes: [UInt8]) -> Int64 {
        guard bytes.count <= CallFrame.dataLength else { return -90 }
        data.copyMemory(from: bytes, byteCount: bytes.count)
        return Int64(bytes.count)
    }
}
