import CLinux
import CSoftSGX
import Glibc
import Linux

/// The open file of the machine's account of EPC pages (`softsgx_epc.h` has its layout).
struct EPCTable: ~Copyable {
    let descriptor: FileDescriptor
    let path: String
    let device: UInt64
    let inode: UInt64

    /// The size that `<directory>/epc.size` names, or what is sensible for this machine's memory.
    static func configuredSize(_ directory: String) throws(SoftSGXError) -> EPCSize {
        let path = directory + "/epc.size"
        let text: String
        do throws(SystemCallError) {
            text = String(decoding: try FileContents.read(path, limit: 256), as: UTF8.self)
        } catch {
            guard [ENOENT, ENOTDIR, EACCES].contains(error.code) else { throw .system(error) }
            return .standard(memoryBytes: UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * 4096)
        }
        return try EPCAccount.size(text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "", path)
    }

    /// Opens the file, making it the first time.
    ///
    /// Nil where this user or this file system does not let us.
    static func open(in directory: String, size: EPCSize) throws(SoftSGXError) -> EPCTable? {
        let path = directory + "/epc"
        do throws(SystemCallError) {
            if let file = try existing(path) { return file }
            try create(path, header(size))
            return try existing(path)
        } catch {
            if error.code == unreadable { throw .unsupported(error.action) }
            let forbidden = [EACCES, EPERM, EROFS, ENOENT, ENOTDIR, ENOSPC].contains(error.code)
            guard forbidden else { throw .system(error) }
            return nil
        }
    }

    /// Nil where there is no such file.
    static func existing(_ path: String, _ rights: Int32 = O_RDWR) throws(SystemCallError) -> EPCTable? {
        let raw = Glibc.open(path, rights | O_NOFOLLOW | O_CLOEXEC)
        if raw < 0, errno == ENOENT { return nil }
        return try EPCTable(FileDescriptor(owning: try SystemCallError.checkErrno(raw, "open \(path)")), path)
    }

    private init(_ file: consuming FileDescriptor, _ path: String) throws(SystemCallError) {
        var status = stat()
        try SystemCallError.checkErrno(fstat(file.raw, &status), "examine \(path)")
        let contents = try BoundedFile.read(file, path, limit: Int(SOFTSGX_EPC_FILE_BYTES))
        guard contents.count == SOFTSGX_EPC_FILE_BYTES, Self.isReadable(contents) else {
            throw SystemCallError(
                Self.unreadable,
                "\(path) is no account of EPC pages of this version; end the programs with enclaves and remove it")
        }
        descriptor = file
        self.path = path
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }

    private static let unreadable = Int32.max

    private static func isReadable(_ bytes: [UInt8]) -> Bool {
        let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: softsgx_epc_table.self) }
        let magic = Array(SOFTSGX_EPC_MAGIC.utf8)
        return bytes.starts(with: magic) && header.minimum_reader <= SOFTSGX_EPC_VERSION && header.slot_count == SOFTSGX_EPC_SLOTS
    }

    /// The mapping keeps the lock on this process' slot when the descriptor is closed.
    borrowing func map() throws(SystemCallError) -> UnsafeMutableRawPointer {
        let memory = mmap(nil, Int(SOFTSGX_EPC_FILE_BYTES), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.raw, 0)
        guard let memory, memory != MAP_FAILED else { throw SystemCallError(errno, "map \(path)") }
        return memory
    }

    static func header(_ size: EPCSize) -> [UInt8] {
        var table = softsgx_epc_table()
        withUnsafeMutableBytes(of: &table.magic) { $0.copyBytes(from: SOFTSGX_EPC_MAGIC.utf8) }
        table.version = UInt32(SOFTSGX_EPC_VERSION)
        table.minimum_reader = 1
        table.epc_bytes = size.bytes
        table.beyond_bytes = size.beyond
        table.slot_count = UInt32(SOFTSGX_EPC_SLOTS)
        return withUnsafeBytes(of: table) { [UInt8]($0) }
    }

    /// A finished file appears under the name or none: of two that race, the first wins and both open the same.
    private static func create(_ path: String, _ header: [UInt8]) throws(SystemCallError) {
        let temporary = "\(path).\(cl_thread_id())"
        let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        defer { unlink(temporary) }
        try FileContents.write(header, to: file, temporary)
        try SystemCallError.checkErrno(ftruncate(file.raw, off_t(SOFTSGX_EPC_FILE_BYTES)), "lengthen \(temporary)")
        if link(temporary, path) < 0, errno != EEXIST { throw SystemCallError(errno, "make \(path)") }
    }
}
