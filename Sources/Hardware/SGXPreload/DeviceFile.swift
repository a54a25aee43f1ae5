import CSGXPreload
import Glibc
import Linux
import SGX
import SoftSGX

/// What stands behind an open device: mappings and, once it was created, an enclave.
///
/// Used with the driver's lock held only.
final class DeviceFile {
    let kind: preload_kind
    var mapped = MappedRanges()
    var enclave: SoftEnclave?
    /// The last run of source memory that ADD_PAGES found fit.
    var knownSource: Range<UInt64> = 0..<0

    init(_ kind: preload_kind) { self.kind = kind }

    /// The part of a range that the enclave takes, as offset and length from its base.
    private func part(_ enclave: SoftEnclave, _ start: UInt64, _ end: UInt64) -> (offset: UInt64, length: UInt64)? {
        let base = enclave.secs.baseAddress
        let low = max(start, base)
        let high = min(end, base + enclave.secs.size)
        return low < high ? (low - base, high - low) : nil
    }

    /// The driver's rules for a new mapping, but for those about pages.
    func checkPlace(_ start: UInt64, _ end: UInt64) throws(Refusal) {
        if preload_reads_imply_execution() != 0 { throw Refusal(EACCES) }
        guard let enclave, enclave.isInitialised else { return }
        let base = enclave.secs.baseAddress
        guard start >= base, end <= base + enclave.secs.size else { throw Refusal(EACCES) }
    }

    private static let rightsMask: Int32 = PROT_READ | PROT_WRITE | PROT_EXEC

    /// The file appears there, first without rights, then with those that pages and the program agree on.
    func place(_ run: MappedRanges.Run, descriptor: Int32) throws(Refusal) {
        let base = enclave?.secs.baseAddress ?? run.start
        let end = enclave.map { base + $0.secs.size } ?? run.start
        let inside = max(run.start, base)..<max(run.start, base, min(run.end, end))
        if inside.isEmpty {
            try Refusal.check(preload_map_file(run.start, run.end - run.start, descriptor, 0))
        } else {
            for outside in [run.start..<inside.lowerBound, inside.upperBound..<run.end] where !outside.isEmpty {
                try Refusal.check(preload_map_file(outside.lowerBound, UInt64(outside.count), descriptor, 0))
            }
            let length = inside.upperBound - inside.lowerBound
            try Refusal.check(preload_map_file(inside.lowerBound, length, descriptor, inside.lowerBound - base))
        }
        mapped.insert(run)
        try apply(run.start, run.end, run.rights)
    }

    /// Addresses that wait for an enclave.
    func reserve(_ run: MappedRanges.Run) { mapped.insert(run) }

    /// Tells the processor what the process asked for; EACCES where a page may not have these rights.
    private func apply(_ start: UInt64, _ end: UInt64, _ rights: Int32) throws(Refusal) {
        guard let enclave, let (offset, length) = part(enclave, start, end) else { return }
        let wanted = MemoryRights(rawValue: rights & Self.rightsMask)
        do throws(SoftSGXError) {
            try enclave.map(offset, length, wanted)
        } catch {
            guard kind == PRELOAD_ISGX_RANGE, error.errno == EACCES else { throw Refusal(error.errno) }
            for page in stride(from: offset, to: offset + length, by: 4096) { allow(enclave, page, wanted) }
        }
    }

    /// The old driver let everything be mapped with any rights: the processor alone judged an access.
    private func allow(_ enclave: SoftEnclave, _ page: UInt64, _ wanted: MemoryRights) {
        let most: [MemoryRights] = [[.read, .write, .execute], [.read, .write], [.read, .execute], [.read], []]
        for rights in most where (try? enclave.map(page, 4096, wanted.intersection(rights))) != nil { return }
    }

    /// A page came into what was mapped with /dev/isgx before.
    func pageAppeared(_ offset: UInt64) {
        guard let enclave, let run = mapped.runs(in: enclave.secs.baseAddress + offset, enclave.secs.baseAddress + offset + 1).first
        else { return }
        allow(enclave, offset, MemoryRights(rawValue: run.rights & Self.rightsMask))
    }

    func protect(_ run: MappedRanges.Run, _ rights: Int32) throws(Refusal) {
        if rights & PROT_WRITE != 0, !run.mayWrite { throw Refusal(EACCES) }
        try checkPlace(run.start, run.end)
        try apply(run.start, run.end, rights)
        var changed = run
        changed.rights = rights
        mapped.insert(changed)
    }

    /// A mapping that was taken for gone is there after all, or is not: then its rights cannot be set.
    func comeBack(_ run: MappedRanges.Run) {
        mapped.insert(run)
        if (try? apply(run.start, run.end, run.rights)) == nil { leave(run.start, run.end) }
    }

    /// The processor touches these addresses no more; what is mapped there is the caller's business.
    func leave(_ start: UInt64, _ end: UInt64) {
        for run in mapped.runs(in: start, end) {
            guard let enclave, let (offset, length) = part(enclave, run.start, run.end) else { continue }
            enclave.unmap(offset, length)
        }
        mapped.remove(start, end)
    }
}
