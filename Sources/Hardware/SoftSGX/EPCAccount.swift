import CSoftSGX
import Glibc
import Linux
import Synchronization

/// This process' account of EPC pages: with all processes of the machine, or of its own where it cannot or shall not share.
///
/// Place: `<state>/softsgx/epc` (`struct softsgx_epc_table`), made at the first start with the size that `<state>/softsgx/epc.size` names;
/// `INCLAVARE_SGX_EPC` gives a process, with the children it forks, an account of its own of that size.
package struct EPCAccount: @unchecked Sendable {
    /// Lives as long as the process, since enclaves name it.
    ///
    /// Only atomic operations change what it points to, hence unchecked Sendable.
    package let handle: UnsafeMutablePointer<softsgx_epc>

    package static let sizeVariable = "INCLAVARE_SGX_EPC"

    package var epcBytes: UInt64 { handle.pointee.table.pointee.epc_bytes }
    package var usedBytes: UInt64 { softsgx_epc_used_pages(handle.pointee.table) * 4096 }
    /// Whether other processes are counted too.
    package var isShared: Bool { handle.pointee.path != nil }

    private struct Opened {
        var account: EPCAccount
        var process: pid_t
        var state: String
    }

    private static let opened = Mutex<Opened?>(nil)

    /// The account of this process, opened at its first enclave; a forked child opens one of its own at its own first enclave.
    package static func current(state: String? = nil) throws(SoftSGXError) -> EPCAccount {
        let directory = MachineRootKey.stateDirectory(state)
        return try opened.withLock { opened throws(SoftSGXError) in
            if let opened, opened.process == getpid(), opened.state == directory { return opened.account }
            let account = try open(in: directory)
            opened = Opened(account: account, process: getpid(), state: directory)
            return account
        }
    }

    static func open(in state: String) throws(SoftSGXError) -> EPCAccount {
        let size = try configuredSize(state: state)
        guard getenv(sizeVariable) == nil, let table = try EPCTable.open(in: state + "/softsgx", size: size) else {
            return try EPCAccount(private: size)
        }
        return try EPCAccount(sharing: table, size)
    }

    /// What the account would have; opens and makes nothing.
    package static func configuredSize(state: String? = nil) throws(SoftSGXError) -> EPCSize {
        if let text = getenv(sizeVariable) { return try size(String(cString: text), sizeVariable) }
        return try EPCTable.configuredSize(MachineRootKey.stateDirectory(state) + "/softsgx")
    }

    static func size(_ text: String, _ place: String) throws(SoftSGXError) -> EPCSize {
        guard let size = EPCSize(text) else {
            throw .invalid("\(place) is '\(text)': give SIZE or SIZE+BEYOND, such as 64M or 64M+1G")
        }
        return size
    }

    /// Anonymous shared memory, which forked children share as well.
    init(private size: EPCSize) throws(SoftSGXError) {
        let memory = mmap(nil, Int(SOFTSGX_EPC_FILE_BYTES), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw .system(SystemCallError(errno, "map the account of EPC pages")) }
        memory.copyMemory(from: EPCTable.header(size), byteCount: MemoryLayout<softsgx_epc_table>.size)
        handle = Self.newHandle(memory)
        handle.pointee.slot = softsgx_epc_slot_at(handle.pointee.table, 0)
        handle.pointee.table.pointee.claimed = 1
    }

    private init(sharing file: consuming EPCTable, _ size: EPCSize) throws(SoftSGXError) {
        do throws(SystemCallError) {
            handle = Self.newHandle(try file.map())
            let table = handle.pointee.table
            // Whoever starts last has read the size last.
            if table?.pointee.epc_bytes != size.bytes { table?.pointee.epc_bytes = size.bytes }
            if table?.pointee.beyond_bytes != size.beyond { table?.pointee.beyond_bytes = size.beyond }
            (handle.pointee.device, handle.pointee.inode) = (file.device, file.inode)
            let result = softsgx_epc_claim(handle, file.descriptor.raw)
            handle.pointee.path = UnsafePointer(strdup(file.path))
            guard result != 0 else { return }
            munmap(table, Int(SOFTSGX_EPC_FILE_BYTES))
            handle.deallocate()
            throw SystemCallError(result, "claim one of the \(SOFTSGX_EPC_SLOTS) slots of \(file.path)")
        } catch {
            throw .system(error)
        }
    }

    private static func newHandle(_ memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<softsgx_epc> {
        let handle = UnsafeMutablePointer<softsgx_epc>.allocate(capacity: 1)
        handle.initialize(to: softsgx_epc())
        handle.pointee.table = memory.assumingMemoryBound(to: softsgx_epc_table.self)
        return handle
    }
}
