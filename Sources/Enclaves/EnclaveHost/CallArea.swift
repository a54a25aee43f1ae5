import Linux
import Wire

/// The host's side of one vCPU's call area (`CallFrame`).
struct CallArea: ~Copyable {
    private let memory: Mapping

    init() throws(SystemCallError) { memory = try Mapping(bytes: UInt64(CallFrame.totalLength)) }

    var address: UInt64 { memory.address }

    var view: CallView { CallView(base: memory.pointer) }
}

/// A call area as a server sees it: a number, six arguments, a data area; all written by the enclave.
struct CallView {
    let base: UnsafeMutableRawPointer

    var number: UInt32 { base.load(as: UInt32.self) }

    func argument(_ index: Int) -> UInt64 {
        base.load(fromByteOffset: CallFrame.argumentsOffset + index * 8, as: UInt64.self)
    }

    func store(result: Int64) { base.storeBytes(of: result, toByteOffset: CallFrame.resultOffset, as: Int64.self) }

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
