import CSGXPreload
import Glibc
import SoftSGX

/// The open devices by their number in C's table.
struct DeviceTable {
    /// Read and written with the driver's lock held, by one thread at a time.
    nonisolated(unsafe) static var current = DeviceTable()

    private var files = [DeviceFile?](repeating: nil, count: Int(PRELOAD_MOST_DEVICES))
    private var hasTold = false
    private var machine: Machine?
    /// What the last mapping of something else took away.
    private var covered: [(DeviceFile, MappedRanges.Run)] = []

    /// Those that are there, in the order of their numbers.
    var open: [DeviceFile] { files.compactMap { $0 } }

    func file(_ slot: Int) throws(Refusal) -> DeviceFile {
        guard let file = files[slot] else { throw Refusal(EBADF) }
        return file
    }

    /// Gives the descriptor.
    mutating func open(_ kind: preload_kind, flags: Int32) throws(Refusal) -> Int {
        guard SoftwareProcessor.obstacle == nil else { throw Refusal(ENODEV) }
        sweep()
        let installed = preload_take_over_signals()
        guard installed == 0 else { throw Refusal(installed) }
        var identity = preload_file()
        let name = kind == PRELOAD_PROVISION ? "sgx_provision" : "sgx_enclave"
        let descriptor = Int32(try Refusal.check(preload_make_file(name, flags, &identity)))
        guard add(DeviceFile(kind), identity) else {
            close(descriptor)
            throw Refusal(ENFILE)
        }
        tell()
        keepMachine()
        return Int(descriptor)
    }

    /// A program may open its device, then change its root or its user, and only then create an enclave.
    private mutating func keepMachine() {
        guard machine == nil else { return }
        do throws(SoftSGXError) {
            machine = Machine(try MachineRootKey.load())
            _ = try EPCAccount.current()
        } catch {
            // Told when an enclave is created, which may never happen.
            return
        }
    }

    /// The machine's root key as it was found first.
    func machineKey() throws(SoftSGXError) -> Machine {
        if let machine { return machine }
        return Machine(try MachineRootKey.load())
    }

    final class Machine {
        let rootKey: MachineRootKey
        init(_ rootKey: consuming MachineRootKey) { self.rootKey = rootKey }
    }

    /// False when the table is full.
    mutating func add(_ file: DeviceFile, _ identity: preload_file) -> Bool {
        let slot = preload_remember(file.kind, identity)
        if slot >= 0 { files[Int(slot)] = file }
        return slot >= 0
    }

    /// Whoever uses the software SGX is told so once; `inclavare sgx-run` has said it before the program started.
    private mutating func tell() {
        guard !hasTold else { return }
        hasTold = true
        guard getenv("INCLAVARE_SGX_TOLD") == nil else { return }
        let line: StaticString = "inclavare: SIMULATED: this program uses a software SGX; nothing in its enclaves is confidential\n"
        _ = write(2, line.utf8Start, line.utf8CodeUnitCount)
    }

    private static let endOfUserSpace: UInt64 = 0x7fff_ffff_f000

    /// mmap with a device's descriptor; gives the address.
    mutating func map(
        _ slot: Int, descriptor: Int32, at address: UInt64, _ bytes: UInt64, rights: Int32, flags: Int32
    ) throws(Refusal) -> Int {
        let file = try file(slot)
        guard file.kind != PRELOAD_PROVISION else { throw Refusal(ENODEV) }
        let type = flags & 0xf
        guard type == MAP_SHARED || type == 3, bytes > 0, bytes < 1 << 47 else { throw Refusal(EINVAL) }
        let mode = fcntl(descriptor, F_GETFL) & O_ACCMODE
        guard mode != O_WRONLY, mode == O_RDWR || rights & PROT_WRITE == 0 else { throw Refusal(EACCES) }
        let length = (bytes + 4095) & ~4095
        let isFixed = flags & (MAP_FIXED | 0x100000) != 0
        guard !isFixed || address % 4096 == 0 else { throw Refusal(EINVAL) }
        if file.kind == PRELOAD_ISGX {
            let fixed = flags & MAP_FIXED != 0
            return try mapRange(at: address, length, rights: rights, mayWrite: mode == O_RDWR, fixed: fixed, flags: flags)
        }
        // A new place is reserved first, so that nobody else gets it meanwhile.
        let reserves = flags & MAP_FIXED == 0 || flags & 0x100000 != 0
        let start = reserves ? UInt64(try Refusal.check(preload_find_addresses(address, length, flags))) : address
        guard start < Self.endOfUserSpace, length <= Self.endOfUserSpace - start else { throw Refusal(ENOMEM) }
        cover(start, length)
        do throws(Refusal) {
            try file.checkPlace(start, start + length)
            let run = MappedRanges.Run(start: start, end: start + length, rights: rights, mayWrite: mode == O_RDWR)
            try file.place(run, descriptor: descriptor)
        } catch {
            // What was there is gone by then, as in the kernel, which calls the driver last.
            file.leave(start, start + length)
            preload_unmap(start, length)
            throw error
        }
        covered.removeAll()
        publishRanges()
        return Int(start)
    }

    /// mprotect over whatever lies there, from low to high addresses, up to the first refusal, as the kernel does it.
    func protect(_ address: UInt64, _ bytes: UInt64, rights: Int32) throws(Refusal) {
        let end = address &+ bytes
        guard address % 4096 == 0, end >= address else {
            try Refusal.check(preload_protect(address, bytes, rights))
            return
        }
        var next = address
        let pieces = open.flatMap { file in file.mapped.runs(in: address, end).map { (file, $0) } }.sorted {
            $0.1.start < $1.1.start
        }
        for (file, run) in pieces {
            if next < run.start { try Refusal.check(preload_protect(next, run.start - next, rights)) }
            try file.protect(run, rights)
            next = run.end
        }
        if next < end { try Refusal.check(preload_protect(next, end - next, rights)) }
    }

    mutating func unmap(_ address: UInt64, _ bytes: UInt64) throws(Refusal) {
        if address % 4096 == 0, bytes > 0, address &+ bytes > address { cover(address, bytes) }
        try Refusal.check(preload_unmap(address, bytes))
        sweep()
    }

    /// No device is mapped there any more.
    mutating func cover(_ address: UInt64, _ bytes: UInt64) {
        let (end, overflow) = address.addingReportingOverflow(bytes)
        covered.removeAll()
        guard !overflow else { return }
        for file in open {
            covered += file.mapped.runs(in: address, end).map { (file, $0) }
            file.leave(address, end)
        }
    }

    /// The kernel refused, and what was covered may still be there.
    mutating func uncover() {
        for (file, run) in covered { file.comeBack(run) }
        covered.removeAll()
    }

    func touches(_ address: UInt64, _ bytes: UInt64) -> Bool {
        open.contains { $0.mapped.overlaps(address, address &+ bytes) }
    }

    /// Ends what has neither a descriptor nor a mapping left; what was covered is covered for good.
    mutating func sweep() {
        covered.removeAll()
        for (slot, file) in files.enumerated() {
            guard let file, file.mapped.isEmpty, preload_is_open(Int32(slot)) == 0 else { continue }
            files[slot] = nil
            preload_forget(Int32(slot))
        }
        publishRanges()
    }

    func publishRanges() {
        var ranges: [preload_range] = []
        for run in open.flatMap(\.mapped.runs).sorted(by: { $0.start < $1.start }) {
            if let last = ranges.last, last.end == run.start {
                ranges[ranges.count - 1].end = run.end
            } else {
                ranges.append(preload_range(start: run.start, end: run.end))
            }
        }
        preload_publish_ranges(ranges, ranges.count)
    }
}
