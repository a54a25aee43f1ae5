import Glibc

/// The ioctls and the mapping rules of Linux's driver (arch/x86/kernel/cpu/sgx), with the ENCLS leaves under them.
extension Machine {
    mutating func add(_ addition: Addition) -> Int32 {
        guard !isInitialised, let range = Machine.range(addition.offset, UInt64(addition.pages) * 4096) else { return EINVAL }
        let type = addition.flags >> 8 & 0xff
        let rights = Rights(rawValue: UInt8(addition.flags & 7))
        guard addition.flags & ~0xff07 == 0, type == 1 || type == 2 else { return EINVAL }
        guard rights.contains(.read) || !rights.contains(.write), type == 2 || rights.isEmpty else { return EINVAL }
        for number in range {
            guard pages[number] == nil else { return EBUSY }
            var page = ModelPage(
                kind: type == 1 ? .threadControl : .regular, rights: rights, most: type == 1 ? .readWrite : rights,
                contents: addition.contents)
            if type == 1 {
                // EADD looks at the reserved bytes and forces what a new TCS must be.
                guard case .threadControl(var fields) = addition.contents, fields.reserved == 0 else { return EIO }
                fields.flags &= ~ThreadControl.debugOptIn
                (fields.state, fields.aep, fields.cssa) = (0, 0, 0)
                page.contents = .threadControl(fields)
            }
            pages[number] = page
            var single = addition
            (single.offset, single.pages) = (UInt64(number) * 4096, 1)
            added.append(single)
        }
        return 0
    }

    /// The measurement covers order, places and SECINFOs of all pages, and the contents of those that were measured.
    mutating func initialise() -> Int32 {
        guard !isInitialised else { return EINVAL }
        let expected = signed.flatMap(Machine.pagewise)
        guard expected.count == added.count, zip(expected, added).allSatisfy(Machine.measuresAlike) else { return EPERM }
        isInitialised = true
        return 0
    }

    static func pagewise(_ addition: Addition) -> [Addition] {
        (0..<addition.pages).map {
            var single = addition
            (single.offset, single.pages) = (addition.offset + UInt64($0) * 4096, 1)
            return single
        }
    }

    private static func measuresAlike(_ one: Addition, _ other: Addition) -> Bool {
        one.offset == other.offset && one.flags == other.flags && one.measured == other.measured
            && (!one.measured || one.contents == other.contents)
    }

    mutating func map(_ offset: UInt64, _ length: UInt64, _ rights: Rights) -> Int32 {
        guard let range = Machine.range(offset, length) else { return EINVAL }
        for number in range {
            if let page = pages[number], !page.most.isSuperset(of: rights) { return EACCES }
        }
        for number in range { mappings[number] = rights }
        return 0
    }

    mutating func unmap(_ offset: UInt64, _ length: UInt64) -> Outcome {
        for number in Machine.range(offset, length) ?? 0..<0 { mappings[number] = nil }
        return .driver(errno: 0)
    }

    /// One page after the other until one fails; what was done stays.
    private mutating func eachPage(
        _ offset: UInt64, _ length: UInt64, _ change: (inout ModelPage?) -> (errno: Int32, code: UInt64)
    ) -> Outcome {
        guard isInitialised, let range = Machine.range(offset, length) else { return .driver(errno: EINVAL) }
        var bytes: UInt64 = 0
        for number in range {
            let result = change(&pages[number])
            guard result.errno == 0 else { return .driver(errno: result.errno, code: result.code, bytes: bytes) }
            bytes += 4096
        }
        return .driver(errno: 0, bytes: bytes)
    }

    private static let notModifiable: UInt64 = 20

    mutating func restrict(_ offset: UInt64, _ length: UInt64, _ rights: Rights) -> Outcome {
        guard rights.contains(.read) || !rights.contains(.write) else { return .driver(errno: EINVAL) }
        return eachPage(offset, length) { page in
            guard var found = page else { return (EFAULT, 0) }
            guard found.kind == .regular else { return (EINVAL, 0) }
            guard found.isStable else { return (EFAULT, Machine.notModifiable) }
            found.restricted = true
            found.rights.formIntersection(rights)
            page = found
            return (0, 0)
        }
    }

    mutating func retype(_ offset: UInt64, _ length: UInt64, _ type: UInt8) -> Outcome {
        guard let kind = ModelPage.Kind(rawValue: type), kind == .threadControl || kind == .trimmed else {
            return .driver(errno: EINVAL)
        }
        return eachPage(offset, length) { page in
            guard var found = page else { return (EFAULT, 0) }
            guard found.kind == .regular || (found.kind == .threadControl && kind == .trimmed) else { return (EINVAL, 0) }
            let becomesTCS = found.kind == .regular && kind == .threadControl
            guard !becomesTCS || found.most.isSuperset(of: .readWrite) else { return (EPERM, 0) }
            guard found.isStable else { return (EFAULT, Machine.notModifiable) }
            if becomesTCS { found.most = .readWrite }
            (found.kind, found.rights, found.modified, found.restricted) = (kind, [], true, false)
            page = found
            return (0, 0)
        }
    }

    mutating func remove(_ offset: UInt64, _ length: UInt64) -> Outcome {
        eachPage(offset, length) { page in
            guard let found = page else { return (EFAULT, 0) }
            guard found.kind == .trimmed, !found.modified else { return (EPERM, 0) }
            page = nil
            return (0, 0)
        }
    }

    /// Our own: EAUG ahead of the fault.
    mutating func augment(_ offset: UInt64) -> Outcome {
        eachPage(offset, 4096) { page in
            guard page == nil else { return (EBUSY, 0) }
            page = Machine.augmented
            return (0, 0)
        }
    }

    /// What EAUG leaves: zeros that wait for EACCEPT.
    static let augmented = ModelPage(kind: .regular, rights: .readWrite, pending: true, most: .all, contents: .zero)
}
