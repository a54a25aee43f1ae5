import CEnclave
import Wire

/// The vector and floating-point registers in a signal frame: an XSAVE image with Linux' marks in and behind it.
///
/// The thread's own page for them is free while it runs, so nothing is allocated.
enum ExtendedState {
    private static let magic1: UInt32 = 0x4650_5853
    private static let magic2: UInt32 = 0x4650_5845
    private static let legacyArea = 512
    private static let headerLength = 64
    /// x87 and SSE.
    private static let legacy: UInt64 = 3
    private static let softwareBytes = 464

    /// What XFRM lets the program have.
    private static var features: UInt64 { kernel.configuration.xfrm & 0xe7 }

    /// Bytes of the image: up to the AVX registers, or to those of AVX-512.
    private static var imageSize: Int { features & 0xe0 != 0 ? 2688 : 832 }

    /// Bytes in a signal frame.
    static var byteCount: Int { imageSize + 4 }

    /// Writes the thread's registers to a place of `byteCount` bytes.
    static func store(_ thread: Thread, to place: UnsafeMutableRawPointer) {
        let image = thread.extendedState
        extended_state_save(image)
        let found = image.load(fromByteOffset: legacyArea, as: UInt64.self)
        image.storeBytes(of: found & features | legacy, toByteOffset: legacyArea, as: UInt64.self)
        zeroMemory(image + softwareBytes, legacyArea - softwareBytes)
        image.storeBytes(of: magic1, toByteOffset: softwareBytes, as: UInt32.self)
        image.storeBytes(of: UInt32(byteCount), toByteOffset: softwareBytes + 4, as: UInt32.self)
        image.storeBytes(of: features, toByteOffset: softwareBytes + 8, as: UInt64.self)
        image.storeBytes(of: UInt32(imageSize), toByteOffset: softwareBytes + 16, as: UInt32.self)
        place.copyMemory(from: image, byteCount: imageSize)
        place.storeBytes(of: magic2, toByteOffset: imageSize, as: UInt32.self)
    }

    /// Takes the registers back from a signal frame; without an address they become what they are at a program's start.
    static func load(_ thread: Thread, from address: UInt64) throws(Errno) {
        guard address != 0 else { return extended_state_initialise() }
        guard address & 63 == 0 else { throw .EFAULT }
        let image = thread.extendedState
        let memory = try userMemory()
        if try isComplete(address, memory) {
            image.copyMemory(from: try memory.readable(address, imageSize), byteCount: imageSize)
            let wanted = image.load(fromByteOffset: legacyArea, as: UInt64.self)
            image.storeBytes(of: wanted & features, toByteOffset: legacyArea, as: UInt64.self)
        } else {
            // Another program's image, or one from before XSAVE: only what FXSAVE knows.
            image.copyMemory(from: try memory.readable(address, legacyArea), byteCount: legacyArea)
            image.storeBytes(of: legacy, toByteOffset: legacyArea, as: UInt64.self)
        }
        // XRSTOR faults on reserved bits, and a fault here would be the kernel's.
        zeroMemory(image + legacyArea + 8, headerLength - 8)
        let mxcsr = image.load(fromByteOffset: 24, as: UInt32.self) & 0xffff
        image.storeBytes(of: mxcsr, toByteOffset: 24, as: UInt32.self)
        extended_state_restore(image)
    }

    private static func isComplete(_ address: UInt64, _ memory: borrowing UserMemory) throws(Errno) -> Bool {
        let head = try memory.readable(address, legacyArea)
        guard head.loadUnaligned(fromByteOffset: softwareBytes, as: UInt32.self) == magic1,
            head.loadUnaligned(fromByteOffset: softwareBytes + 4, as: UInt32.self) == UInt32(byteCount),
            head.loadUnaligned(fromByteOffset: softwareBytes + 16, as: UInt32.self) == UInt32(imageSize)
        else { return false }
        let end = try memory.readable(address + UInt64(imageSize), 4)
        return end.loadUnaligned(as: UInt32.self) == magic2
    }

    /// si_code of SIGFPE: what the exception flags of the registers say, x87 (vector 16) or SSE (19).
    static func floatingPointCode(_ thread: Thread, vector: UInt64) -> Int32 {
        let image = thread.extendedState
        extended_state_save(image)
        let raised: UInt32
        if vector == 16 {
            let control = image.load(as: UInt16.self)
            let status = image.load(fromByteOffset: 2, as: UInt16.self)
            raised = UInt32(status & ~control)
        } else {
            let mxcsr = image.load(fromByteOffset: 24, as: UInt32.self)
            raised = ~(mxcsr >> 7) & mxcsr
        }
        if raised & 0x01 != 0 { return 7 }
        if raised & 0x04 != 0 { return 3 }
        if raised & 0x08 != 0 { return 4 }
        if raised & 0x12 != 0 { return 5 }
        return raised & 0x20 != 0 ? 6 : 0
    }
}
