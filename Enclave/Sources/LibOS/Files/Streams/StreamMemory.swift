import CEnclave
import Wire

/// Kernel memory for bytes in pipes and sockets: all together may take a part of the kernel's memory, so that a program that fills them
/// gets an errno and does not end the enclave.
enum StreamMemory {
    nonisolated(unsafe) private static var used: UInt64 = 0

    /// An eighth of the kernel's memory.
    private static var most: UInt64 { kernel.configuration.kernelMemory / 8 }

    static func allocate(_ count: Int) throws(Errno) -> UnsafeMutableRawPointer {
        guard used + UInt64(count) <= most, let place = heap_pages(count) else { throw .ENOBUFS }
        used += UInt64(count)
        return place
    }

    static func free(_ place: UnsafeMutableRawPointer, _ count: Int) {
        heap_pages_free(place, count)
        used -= UInt64(count)
    }
}
