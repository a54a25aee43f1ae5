import CTestSignals
import EnclaveTestSupport
import Glibc
import Linux

/// A file without a name, mapped without rights where an enclave is to be.
final class MappedFile: Sendable {
    private let file: Int32
    private let base: UInt64
    private let length: Int

    init(at base: UInt64, bytes: UInt64) throws {
        self.base = base
        length = Int(bytes)
        file = test_memory_file(length)
        let place = UnsafeMutableRawPointer(bitPattern: UInt(base))
        guard mmap(place, length, PROT_NONE, MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0) == place else {
            throw AssembledImage.Failure(description: "the enclave's place is taken")
        }
    }

    deinit {
        munmap(UnsafeMutableRawPointer(bitPattern: UInt(base)), length)
        close(file)
    }

    func duplicate() -> FileDescriptor { FileDescriptor(owning: dup(file)) }
}
