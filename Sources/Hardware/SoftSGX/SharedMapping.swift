import Glibc
import Linux

/// The owner of memory that forked children share: anonymous, or a file's.
struct SharedMapping: ~Copyable {
    let address: UInt64
    private let length: UInt64

    /// Only pages that are touched cost anything.
    init(bytes length: UInt64, file: Int32? = nil) throws(SystemCallError) {
        let flags = MAP_SHARED | MAP_NORESERVE | (file == nil ? MAP_ANONYMOUS : 0)
        guard let found = mmap(nil, Int(length), PROT_READ | PROT_WRITE, flags, file ?? -1, 0), found != MAP_FAILED else {
            throw SystemCallError(errno, "map \(length) bytes of shared memory")
        }
        address = UInt64(UInt(bitPattern: found))
        self.length = length
    }

    deinit { munmap(pointer, Int(length)) }

    var pointer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped }
}
