import Wire

@testable import EnclaveHost

/// A call area as an enclave would fill it.
final class ServedCall {
    private let memory: UnsafeMutableRawPointer

    init(_ call: HostCall, _ arguments: [UInt64], data: [UInt8] = []) {
        memory = .allocate(byteCount: CallFrame.totalLength, alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: CallFrame.totalLength)
        memory.storeBytes(of: call.rawValue, as: UInt32.self)
        for (index, argument) in arguments.enumerated() {
            memory.storeBytes(of: argument, toByteOffset: CallFrame.argumentsOffset + index * 8, as: UInt64.self)
        }
        (memory + CallFrame.dataOffset).copyMemory(from: data, byteCount: data.count)
    }

    deinit { memory.deallocate() }

    /// The area lives as long as the body runs.
    func served(_ body: (CallView) -> Int64) -> Int64 {
        withExtendedLifetime(self) { body(CallView(base: memory)) }
    }

    func data(_ count: Int64) -> [UInt8] {
        withExtendedLifetime(self) { CallView(base: memory).bytes(Int(count)) }
    }
}
