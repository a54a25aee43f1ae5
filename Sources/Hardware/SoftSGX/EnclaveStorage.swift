import CLinux
import CSoftSGX
import Glibc
import Linux

/// Where an enclave's pages and the processor's tables about it lie.
struct EnclaveStorage: ~Copyable {
    /// ELRANGE and the gate page above it, reserved; nil where the caller maps a file there.
    private let range: Mapping?
    /// The second mapping of that file.
    private let alias: SharedMapping?
    private let tables: EnclaveTables
    /// Below it the kernel lets nobody map anything; nil where the caller maps.
    let lowestAddress: UInt64?

    /// Private memory at addresses that are reserved now; a forked child has none of it.
    init(reserving base: UInt64, size: UInt64) throws(SoftSGXError) {
        let reserved = try Self.reserve(base, base + size + UInt64(SOFTSGX_PAGE))
        let made: EnclaveTables
        do throws(SystemCallError) { made = try EnclaveTables(base: base, size: size) } catch { throw .system(error) }
        lowestAddress = reserved.address
        range = consume reserved
        tables = consume made
        alias = nil
        tables.enclave.pointee.owned = 1
    }

    /// Pages of a file that the caller maps with MAP_SHARED, file offset equal to page offset; shared with forked children.
    ///
    /// The descriptor is closed: a program may close whatever number it finds.
    init(file: consuming FileDescriptor, base: UInt64, size: UInt64) throws(SoftSGXError) {
        let second: SharedMapping
        let made: EnclaveTables
        do throws(SystemCallError) {
            try SystemCallError.checkErrno(ftruncate(file.raw, off_t(size)), "give the enclave's memory its size")
            second = try SharedMapping(bytes: size, file: file.raw)
        } catch {
            throw .system(error)
        }
        do throws(SystemCallError) { made = try EnclaveTables(base: base, size: size) } catch { throw .system(error) }
        made.enclave.pointee.alias = second.address
        tables = consume made
        alias = consume second
        range = nil
        lowestAddress = nil
    }

    var enclave: UnsafeMutablePointer<softsgx_enclave> { tables.enclave }

    var isReserved: Bool { lowestAddress != nil }

    /// Puts the contents of pages that were added into them.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SoftSGXError) {
        var target = enclave.pointee.alias + offset
        if isReserved {
            target = enclave.pointee.base + offset
            do throws(SystemCallError) {
                try MemoryRights([.read, .write]).apply(to: target, bytes: UInt64(bytes.count))
            } catch {
                throw .system(error)
            }
        }
        UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: UInt(target)), count: bytes.count)
            .copyMemory(from: bytes)
    }

    private static func reserve(_ base: UInt64, _ end: UInt64) throws(SoftSGXError) -> Mapping {
        do throws(SystemCallError) {
            let mapping = try reserveFromLowest(base, end)
            let result = cl_keep_private(mapping.address, mapping.length)
            try SystemCallError.check(result, "keep the enclave's memory from children and core dumps")
            return mapping
        } catch {
            guard error.code == EEXIST else { throw .system(error) }
            let found: MemoryMap.Entry?
            do throws(SystemCallError) {
                found = try MemoryMap.firstEntry(overlapping: base, end)
            } catch {
                throw .system(error)
            }
            if let found { throw .occupied(found) }
            throw .system(error)
        }
    }

    /// An enclave at base 0 begins where the kernel lets a process map: at its second page for root, at 64 KiB otherwise.
    private static func reserveFromLowest(_ base: UInt64, _ end: UInt64) throws(SystemCallError) -> Mapping {
        let lowest: [UInt64] = base == 0 ? [4096, 65536] : [base]
        var refused = SystemCallError(EINVAL, "reserve the enclave's range")
        for start in lowest {
            do throws(SystemCallError) {
                return try Mapping(reserving: start, bytes: end - start)
            } catch {
                guard error.code == EPERM || error.code == EACCES else { throw error }
                refused = error
            }
        }
        throw refused
    }
}
