package import CEnclave
package import Wire

/// This vCPU's call area in untrusted memory: where a request is written and its answer is read, once.
///
/// The address came from the host at the entry and was checked to lie outside ELRANGE. Nothing read from here is used before it was
/// copied.
package struct HostCallArea {
    private let base: UInt

    /// `nil` where the area touches ELRANGE or is not page-aligned.
    package static func check(_ address: UInt64, layout: LaunchLayout) -> Bool {
        let enclaveBase = image_start() &- layout.imageOffset
        let end = address.addingReportingOverflow(UInt64(CallFrame.totalLength))
        guard address & 4095 == 0, address != 0, !end.overflow else { return false }
        return end.partialValue <= enclaveBase || address >= enclaveBase &+ layout.elrangeSize
    }

    package init() { base = UInt(vcpu_current().pointee.call_area) }

    private func pointer(_ offset: Int) -> UnsafeMutableRawPointer {
        // The area was checked when the vCPU was first entered, so the address is never 0.
        UnsafeMutableRawPointer(bitPattern: base &+ UInt(offset)).unsafelyUnwrapped
    }

    /// Copies request bytes out to the data area; at most `CallFrame.dataLength` from `offset`.
    package func write(_ bytes: UnsafeRawPointer, count: Int, at offset: Int = 0) {
        guard offset >= 0, count >= 0, offset + count <= CallFrame.dataLength else {
            enclave_panic(PanicCode.hostCallArea.rawValue)
        }
        untrusted_copy_out(pointer(CallFrame.dataOffset + offset), bytes, count)
    }

    package func write(_ bytes: [UInt8], at offset: Int = 0) {
        bytes.withUnsafeBytes { raw in
            if let start = raw.baseAddress { write(start, count: raw.count, at: offset) }
        }
    }

    /// Copies answer bytes in, once.
    package func read(into destination: UnsafeMutableRawPointer, count: Int, at offset: Int = 0) {
        guard offset >= 0, count >= 0, offset + count <= CallFrame.dataLength else {
            enclave_panic(PanicCode.hostCallArea.rawValue)
        }
        untrusted_copy_in(destination, pointer(CallFrame.dataOffset + offset), count)
    }

    package func read(count: Int, at offset: Int = 0) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let start = buffer.baseAddress { read(into: start, count: count, at: offset) }
            initialized = count
        }
    }

    /// Makes the call and returns what the host says; a negative errno, or a number the caller must still check.
    ///
    /// `idle`: called from the scheduler's own stack, where no program state is in the registers.
    package func call(
        _ call: HostCall, _ a0: UInt64 = 0, _ a1: UInt64 = 0, _ a2: UInt64 = 0, _ a3: UInt64 = 0, idle: Bool = false
    ) -> Int64 {
        if Self.isExitless, ExitlessCalls.cover(call, a0, a1, a2),
            let result = callThroughSlot(Request(call, a0, a1, a2, a3), idle: idle)
        {
            return result
        }
        return leave(Request(call, a0, a1, a2, a3), idle: idle)
    }

    /// What a call asks for, as it stands at the head of the call area and of the slot.
    struct Request {
        private var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

        init(_ call: HostCall, _ a0: UInt64, _ a1: UInt64 = 0, _ a2: UInt64 = 0, _ a3: UInt64 = 0) {
            words = (UInt64(call.rawValue), a0, a1, a2, a3, 0, 0, 0)
        }
    }

    /// With an exit.
    func leave(_ request: Request, idle: Bool) -> Int64 {
        write(request, at: 0)
        _ = idle ? enclave_idle_host_call() : enclave_host_call()
        return result(at: 0)
    }

    func write(_ request: Request, at head: Int) {
        var request = request
        untrusted_copy_out(pointer(head), &request, SlotFrame.headLength)
    }

    func result(at head: Int) -> Int64 {
        var result: Int64 = 0
        untrusted_copy_in(&result, pointer(head + CallFrame.resultOffset), 8)
        return result
    }

    func address(_ offset: Int) -> UInt64 { UInt64(base &+ UInt(offset)) }

    /// Whether the configuration lets calls be made without an exit; set before there is a second thread.
    nonisolated(unsafe) package static var isExitless = false
}

extension HostCallArea {
    /// Whether the host said, with the last answer or interruption of this vCPU, that signals wait to be taken; a hint.
    package var announcesSignals: Bool {
        var word: UInt64 = 0
        untrusted_copy_in(&word, pointer(CallFrame.signalsOffset), 8)
        return word != 0
    }

    /// The boot block as the host left it: a u32 length and so many bytes, at the start of the data area.
    package func readBootBlock() -> [UInt8] {
        let head = read(count: 4)
        let length = Int(head[0]) | Int(head[1]) << 8 | Int(head[2]) << 16 | Int(head[3]) << 24
        guard length <= CallFrame.dataLength - 4 else { return [] }
        return [UInt8](read(count: length + 4).dropFirst(4))
    }
}
