extension EnclaveConfiguration {
    public func encoded() -> [UInt8] {
        var w = ByteWriter()
        w.u64(Self.magic)
        w.u32(Self.version)
        w.u32(Self.minimumReader)
        w.counted(indexRoot)
        w.u64(indexLength)
        w.counted(entrypoint)
        arguments.encode(into: &w)
        w.u32(UInt32(environment.count))
        for rule in environment { rule.encode(into: &w) }
        workingDirectory.encode(into: &w)
        hostname.encode(into: &w)
        user.encode(into: &w)
        w.u32(UInt32(limits.count))
        for limit in limits {
            w.u32(limit.resource)
            w.u64(limit.soft)
            w.u64(limit.hard)
        }
        w.u64(addressSpace)
        w.u64(userMemory)
        w.u64(kernelMemory)
        w.bool(memoryIsFixed)
        w.u32(vcpus)
        w.u64(attributes)
        w.u64(xfrm)
        w.u16(productID)
        w.u16(securityVersion)
        w.u8(sealing.rawValue)
        w.u32(UInt32(mounts.count))
        for mount in mounts { mount.encode(into: &w) }
        w.bool(attestFromHost)
        w.u8(trace.rawValue)
        w.u64(buildDate)
        w.u8(rootWriting.rawValue)
        network.encode(into: &w)
        w.u64(hostSignals)
        w.u32(initialVCPUs)
        w.bool(exitless)
        w.u64(rootSize)
        for mount in mounts where mount.trust == .verified { mount.encodeIndex(into: &w) }
        return w.bytes
    }

    /// Accepts exactly what `encoded()` of this version or an earlier one writes; anything after it is refused.
    public init(decoding bytes: [UInt8]) throws(WireError) {
        self.init()
        guard bytes.count <= Self.longest else { throw .tooLong }
        var r = ByteReader(bytes)
        guard try r.u64() == Self.magic else { throw .badMagic }
        let version = try r.u32()
        let minimum = try r.u32()
        guard version >= 1, minimum <= Self.version else { throw .unknownVersion }
        indexRoot = try r.bytes(limit: 64)
        indexLength = try r.u64()
        entrypoint = try r.bytes(limit: 4096)
        arguments = try ArgumentRule(from: &r)
        let environmentCount = try r.u32()
        guard environmentCount <= 4096 else { throw .tooLong }
        for _ in 0..<environmentCount { environment.append(try EnvironmentRule(from: &r)) }
        workingDirectory = try TextRule(from: &r)
        hostname = try TextRule(from: &r)
        user = try UserRule(from: &r)
        let limitCount = try r.u32()
        guard limitCount <= 64 else { throw .tooLong }
        for _ in 0..<limitCount {
            limits.append(ResourceLimit(resource: try r.u32(), soft: try r.u64(), hard: try r.u64()))
        }
        addressSpace = try r.u64()
        userMemory = try r.u64()
        kernelMemory = try r.u64()
        memoryIsFixed = try r.bool()
        vcpus = try r.u32()
        attributes = try r.u64()
        xfrm = try r.u64()
        productID = try r.u16()
        securityVersion = try r.u16()
        guard let sealing = SealingIdentity(rawValue: try r.u8()) else { throw .badValue }
        self.sealing = sealing
        let mountCount = try r.u32()
        guard mountCount <= 1024 else { throw .tooLong }
        for _ in 0..<mountCount { mounts.append(try Mount(from: &r)) }
        attestFromHost = try r.bool()
        guard let trace = TraceRule(rawValue: try r.u8()) else { throw .badValue }
        self.trace = trace
        buildDate = try r.u64()
        if version >= 2 { try readVersion2(&r) }
        if version >= 3 { try readVersion3(&r) }
        guard r.remaining == 0 else { throw .trailingBytes }
    }

    private mutating func readVersion2(_ r: inout ByteReader) throws(WireError) {
        guard let writing = RootWriting(rawValue: try r.u8()) else { throw .badValue }
        rootWriting = writing
    }

    private mutating func readVersion3(_ r: inout ByteReader) throws(WireError) {
        network = try NetworkRule(from: &r)
        hostSignals = try r.u64()
        guard hostSignals & ~Self.grantableSignals == 0 else { throw .badValue }
        initialVCPUs = try r.u32()
        exitless = try r.bool()
        rootSize = try r.u64()
        guard rootSize == 0 || rootWriting == .encrypted else { throw .badValue }
        for number in mounts.indices where mounts[number].trust == .verified { try mounts[number].readIndex(&r) }
    }
}

extension ArgumentRule {
    func encode(into w: inout ByteWriter) {
        w.u8(mode.rawValue)
        w.list(values)
        w.list(patterns)
    }
    init(from r: inout ByteReader) throws(WireError) {
        guard let mode = Mode(rawValue: try r.u8()) else { throw .badValue }
        self.mode = mode
        values = try r.list(limit: 4096, each: 131_072)
        patterns = try r.list(limit: 4096, each: 4096)
    }
}

extension EnvironmentRule {
    func encode(into w: inout ByteWriter) {
        w.counted(name)
        w.u8(mode.rawValue)
        w.bool(hasValue)
        w.counted(value)
        w.list(patterns)
    }
    init(from r: inout ByteReader) throws(WireError) {
        name = try r.bytes(limit: 4096)
        guard let mode = Mode(rawValue: try r.u8()) else { throw .badValue }
        self.mode = mode
        hasValue = try r.bool()
        value = try r.bytes(limit: 131_072)
        patterns = try r.list(limit: 256, each: 4096)
    }
}

extension TextRule {
    func encode(into w: inout ByteWriter) {
        w.u8(mode.rawValue)
        w.counted(value)
        w.list(patterns)
    }
    init(from r: inout ByteReader) throws(WireError) {
        self.init()
        guard let mode = Mode(rawValue: try r.u8()) else { throw .badValue }
        self.mode = mode
        value = try r.bytes(limit: 4096)
        patterns = try r.list(limit: 256, each: 4096)
    }
}

extension UserRule {
    func encode(into w: inout ByteWriter) {
        w.u8(mode.rawValue)
        w.u32(value.uid)
        w.u32(value.gid)
        w.u32(UInt32(allowed.count))
        for user in allowed {
            w.u32(user.uid)
            w.u32(user.gid)
        }
    }
    init(from r: inout ByteReader) throws(WireError) {
        self.init()
        guard let mode = Mode(rawValue: try r.u8()) else { throw .badValue }
        self.mode = mode
        value = UserIdentity(uid: try r.u32(), gid: try r.u32())
        let count = try r.u32()
        guard count <= 1024 else { throw .tooLong }
        for _ in 0..<count { allowed.append(UserIdentity(uid: try r.u32(), gid: try r.u32())) }
    }
}

extension Mount {
    func encode(into w: inout ByteWriter) {
        w.counted(path)
        w.u8(trust.rawValue)
        w.counted(source)
        w.bool(readOnly)
        w.u64(size)
    }
    init(from r: inout ByteReader) throws(WireError) {
        path = try r.bytes(limit: 4096)
        guard let trust = Trust(rawValue: try r.u8()) else { throw .badValue }
        self.trust = trust
        source = try r.bytes(limit: 4096)
        readOnly = try r.bool()
        size = try r.u64()
    }

    func encodeIndex(into w: inout ByteWriter) {
        w.counted(indexRoot)
        w.u64(indexLength)
    }
    mutating func readIndex(_ r: inout ByteReader) throws(WireError) {
        indexRoot = try r.bytes(limit: 64)
        indexLength = try r.u64()
    }
}
