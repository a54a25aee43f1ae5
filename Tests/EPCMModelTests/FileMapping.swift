import CTestSignals
import Glibc
import Linux

/// A file without a name at the addresses of an enclave, as the preload library maps it for a program.
///
/// The pages have no rights until the enclave gives them.
final class FileMapping {
    private let base: UInt64
    private let file: FileDescriptor
    private var isMapped = [Bool](repeating: false, count: Machine.pageCount)

    init(base: UInt64) throws(SystemCallError) {
        self.base = base
        file = FileDescriptor(
            owning: try SystemCallError.checkErrno(test_memory_file(Int(Machine.size)), "make the enclave's memory"))
    }

    deinit {
        for page in 0..<Machine.pageCount where isMapped[page] { munmap(address(page), 4096) }
    }

    /// For the enclave, which closes it.
    func duplicate() throws(SystemCallError) -> FileDescriptor {
        FileDescriptor(
            owning: try SystemCallError.checkErrno(fcntl(file.raw, F_DUPFD_CLOEXEC, 3), "duplicate the enclave's memory"))
    }

    func map(_ range: Range<Int>) throws(SystemCallError) {
        for page in range where !isMapped[page] {
            let found = mmap(address(page), 4096, PROT_NONE, MAP_SHARED | MAP_FIXED_NOREPLACE, file.raw, off_t(page * 4096))
            guard found == address(page) else { throw SystemCallError(errno, "map the enclave's memory") }
            isMapped[page] = true
        }
    }

    func unmap(_ range: Range<Int>) {
        for page in range where isMapped[page] {
            munmap(address(page), 4096)
            isMapped[page] = false
        }
    }

    private func address(_ page: Int) -> UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(bitPattern: UInt(base) + UInt(page) * 4096)
    }
}
