/// The descriptors of one process: small numbers for open files, each with its close-on-exec flag.
final class DescriptorTable {
    private struct Slot {
        var file: OpenFile
        var closesOnExec: Bool
    }

    private var slots: [Slot?] = []
    /// No free slot lies below it.
    private var firstFree = 0

    init() {}

    /// RLIMIT_NOFILE of the process that asks.
    private var limit: Int {
        guard let process = currentThreadIfAny()?.process else { return 1024 }
        return Int(clamping: min(process.limits[7].soft, 1 << 20))
    }

    func get(_ descriptor: Int32) throws(Errno) -> OpenFile {
        guard descriptor >= 0, Int(descriptor) < slots.count, let slot = slots[Int(descriptor)] else { throw .EBADF }
        return slot.file
    }

    /// The lowest free number from `lowest` on.
    @discardableResult
    func install(_ file: OpenFile, cloexec: Bool, lowest: Int32 = 0) throws(Errno) -> Int32 {
        guard lowest >= 0, Int(lowest) < limit else { throw .EINVAL }
        var place = max(Int(lowest), firstFree)
        while place < slots.count, slots[place] != nil { place += 1 }
        guard place < limit else { throw .EMFILE }
        put(file, cloexec, at: place)
        if lowest <= firstFree { firstFree = place + 1 }
        return Int32(place)
    }

    /// EMFILE when `install` would find no number.
    func requireRoom() throws(Errno) {
        var place = firstFree
        while place < slots.count, slots[place] != nil { place += 1 }
        guard place < limit else { throw .EMFILE }
    }

    /// Puts `file` under exactly this number and closes what was there.
    func replace(_ descriptor: Int32, with file: OpenFile, cloexec: Bool) throws(Errno) {
        guard descriptor >= 0, Int(descriptor) < limit else { throw .EBADF }
        let place = Int(descriptor)
        let old = place < slots.count ? slots[place] : nil
        put(file, cloexec, at: place)
        if let old { drop(old.file) }
    }

    func close(_ descriptor: Int32) throws(Errno) {
        let file = try get(descriptor)
        slots[Int(descriptor)] = nil
        firstFree = min(firstFree, Int(descriptor))
        drop(file)
    }

    func closesOnExec(_ descriptor: Int32) throws(Errno) -> Bool {
        _ = try get(descriptor)
        return slots[Int(descriptor)]?.closesOnExec ?? false
    }

    func setClosesOnExec(_ descriptor: Int32, _ value: Bool) throws(Errno) {
        _ = try get(descriptor)
        slots[Int(descriptor)]?.closesOnExec = value
    }

    /// The table of a child: the same open files under the same numbers.
    func copyForFork() -> DescriptorTable {
        let copy = DescriptorTable()
        copy.slots = slots
        copy.firstFree = firstFree
        for slot in slots { slot?.file.descriptorAdded() }
        return copy
    }

    func closeOnExec() { closeAll { $0.closesOnExec } }

    /// The process ends.
    func closeAll() { closeAll { _ in true } }

    /// The numbers in use, ascending.
    var inUse: [Int32] {
        var list: [Int32] = []
        for place in 0..<slots.count where slots[place] != nil { list.append(Int32(place)) }
        return list
    }

    /// Every open file, as often as it has numbers.
    func forEach(_ body: (OpenFile) -> Void) {
        for slot in slots { if let slot { body(slot.file) } }
    }

    /// One more than the highest number in use.
    var end: Int32 { Int32(slots.count) }

    private func closeAll(_ which: (Slot) -> Bool) {
        for place in 0..<slots.count {
            guard let slot = slots[place], which(slot) else { continue }
            slots[place] = nil
            firstFree = min(firstFree, place)
            drop(slot.file)
        }
    }

    private func put(_ file: OpenFile, _ cloexec: Bool, at place: Int) {
        while slots.count <= place { slots.append(nil) }
        slots[place] = Slot(file: file, closesOnExec: cloexec)
        file.descriptorAdded()
    }

    private func drop(_ file: OpenFile) {
        // POSIX: closing any descriptor of a file ends the process's record locks on it.
        if let owner = currentThreadIfAny()?.process { FileLocks.releaseRecords(of: owner, on: file.node) }
        file.descriptorRemoved()
    }
}
