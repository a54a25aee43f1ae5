/// ENCLU inside: EACCEPT, EMODPE and EACCEPTCOPY, check by check as the SDM lists them.
extension Machine {
    enum LeafResult {
        case value(UInt64, flags: UInt64)
        case fault(Outcome)
    }

    private static let mismatch: UInt64 = 19
    /// LAHF of all flags clear, of ZF alone, and of those the code sets before: SF, PF and CF.
    private static let flagsClear: UInt64 = 0x0200
    static let flagsZero: UInt64 = 0x4200
    private static let flagsBefore: UInt64 = 0x8700

    private static let generalProtection = LeafResult.fault(.exception(vector: 13, code: 0, page: 0))

    mutating func execute(_ leaf: UInt64, _ rbx: UInt64, _ rcx: UInt64, _ rdx: UInt64) -> LeafResult {
        switch Leaf(rawValue: leaf) {
        case .accept: accept(rbx, rcx)
        case .extend: extend(rbx, rcx)
        case .acceptCopy: acceptCopy(rbx, rcx, rdx)
        case .enter, .resume, nil: Machine.generalProtection
        }
    }

    /// The SECINFO at an address whose page passed, nil where its bytes are not known.
    private mutating func secinfo(_ address: UInt64) -> SecinfoTable.Entry {
        let slot = Int(address % 4096 / 64)
        switch pages[Int(address / 4096)]?.contents {
        case .secinfos(let page):
            if let entry = SecinfoTable.entry(page: page, slot: slot) { return entry }
        case .zero, .threadControl:
            if SecinfoTable.slots.contains(slot) { return .init(flags: 0) }
        case .code:
            if SecinfoTable.slots.contains(slot), slot > 32 { return .init(flags: 0) }
        case nil: break
        }
        isUndefined = true
        return .init(flags: 0)
    }

    private static func isReserved(_ secinfo: SecinfoTable.Entry) -> Bool {
        secinfo.flags & ~0xff3f != 0 || secinfo.reserved != 0
    }

    /// What every leaf demands of the page that holds an operand it reads.
    private func isReadable(_ address: UInt64) -> Bool {
        guard let page = pages[Int(address / 4096)] else { return false }
        return page.kind == .regular && page.isStable && page.rights.contains(.read)
    }

    private static func isInside(_ address: UInt64) -> Bool { page(address) != nil }

    private mutating func accept(_ rbx: UInt64, _ rcx: UInt64) -> LeafResult {
        guard rbx % 64 == 0, Machine.isInside(rbx) else { return Machine.generalProtection }
        if let fault = translate(rbx, .read) { return .fault(fault) }
        guard isReadable(rbx) else { return .fault(Machine.denied(rbx, .read)) }
        let request = secinfo(rbx)
        guard !Machine.isReserved(request), rcx % 4096 == 0, Machine.isInside(rcx) else { return Machine.generalProtection }
        if let fault = translate(rcx, .read) { return .fault(fault) }
        let (pending, modified, restricted) = (request.flags & 8 != 0, request.flags & 16 != 0, request.flags & 32 != 0)
        let type = ModelPage.Kind(rawValue: UInt8(request.flags >> 8 & 0xff))
        switch type {
        case .regular where (restricted || pending) && !modified: break
        case .threadControl where modified && !pending && !restricted: break
        case .trimmed where modified && !pending && !restricted: break
        default: return Machine.generalProtection
        }
        let number = Int(rcx / 4096)
        guard var page = pages[number] else { return .fault(Machine.denied(rcx, .read)) }
        guard page.pending == pending, page.modified == modified, page.rights.rawValue == request.flags & 7, page.kind == type
        else {
            return .value(Machine.mismatch, flags: Machine.flagsZero)
        }
        if page.kind == .threadControl {
            guard !page.isDirty, case .threadControl(let fields) = page.contents, fields.reserved == 0,
                fields.flags & ThreadControl.debugOptIn == 0, fields.cssa < fields.nssa, fields.aep == 0, fields.state == 0
            else { return Machine.generalProtection }
            page.depth = UInt64(fields.cssa)
        }
        (page.pending, page.modified, page.restricted) = (false, false, false)
        pages[number] = page
        return .value(0, flags: Machine.flagsClear)
    }

    private mutating func extend(_ rbx: UInt64, _ rcx: UInt64) -> LeafResult {
        guard rbx % 64 == 0, rcx % 4096 == 0, Machine.isInside(rbx), Machine.isInside(rcx) else { return Machine.generalProtection }
        if let fault = translate(rbx, .read) ?? translate(rcx, .read) { return .fault(fault) }
        guard isReadable(rbx) else { return .fault(Machine.denied(rbx, .read)) }
        let request = secinfo(rbx)
        guard !Machine.isReserved(request) else { return Machine.generalProtection }
        let number = Int(rcx / 4096)
        guard let page = pages[number], page.isStable, page.kind == .regular else { return .fault(Machine.denied(rcx, .read)) }
        let rights = Rights(rawValue: UInt8(request.flags & 7))
        guard page.rights.contains(.read) || rights.contains(.read) || !rights.contains(.write) else {
            return Machine.generalProtection
        }
        pages[number]?.rights.formUnion(rights)
        return .value(Leaf.extend.rawValue, flags: Machine.flagsBefore)
    }

    private mutating func acceptCopy(_ rbx: UInt64, _ rcx: UInt64, _ rdx: UInt64) -> LeafResult {
        guard rbx % 64 == 0, rcx % 4096 == 0, rdx % 4096 == 0 else { return Machine.generalProtection }
        guard Machine.isInside(rbx), Machine.isInside(rcx), Machine.isInside(rdx) else { return Machine.generalProtection }
        if let fault = translate(rbx, .read) ?? translate(rcx, .readWrite) ?? translate(rdx, .read) { return .fault(fault) }
        guard isReadable(rbx) else { return .fault(Machine.denied(rbx, .read)) }
        let request = secinfo(rbx)
        let rights = Rights(rawValue: UInt8(request.flags & 7))
        guard !Machine.isReserved(request), rights.contains(.read) || !rights.contains(.write), request.flags >> 8 & 0xff == 2
        else {
            return Machine.generalProtection
        }
        guard isReadable(rdx), let source = pages[Int(rdx / 4096)] else { return .fault(Machine.denied(rdx, .read)) }
        let number = Int(rcx / 4096)
        guard var page = pages[number], page.pending, !page.modified, page.kind == .regular, page.rights == .readWrite else {
            return .value(Machine.mismatch, flags: Machine.flagsZero)
        }
        // A copied frame is nobody's: its registers name the place it was saved at.
        (page.contents, page.isDirty, page.frame) = (source.contents, source.isDirty, nil)
        page.isWritten = source.isWritten
        (page.rights, page.pending) = (rights, false)
        pages[number] = page
        return .value(0, flags: Machine.flagsClear)
    }
}
