import Wire

extension SystemCallArgument {
    /// An argument register in words; `hint` is the register before it.
    func describe(_ value: UInt64, hint: UInt64) -> String {
        if let names { return names.describe(value) }
        let signed = Int32(truncatingIfNeeded: value)
        switch self {
        case .number, .offset: return "\(Int64(bitPattern: value))"
        case .size: return "\(value)"
        case .user, .group, .process, .milliseconds, .descriptor: return "\(signed)"
        case .directory: return signed == -100 ? "AT_FDCWD" : "\(signed)"
        case .mode: return value & 0xffff_ffff == 0 ? "0" : "0" + String(value & 0xffff_ffff, radix: 8)
        case .signal: return signed == 0 ? "0" : SignalName.of(UInt32(bitPattern: signed))
        case .option: return option(value, level: hint)
        case .word, .flags: return value == 0 ? "0" : "0x" + String(value, radix: 16)
        default: return hexadecimal(value)
        }
    }

    private func option(_ value: UInt64, level: UInt64) -> String {
        let names: [UInt64: String]
        switch level {
        case 1: names = NamedNumber.socketOptions
        case 6: names = NamedNumber.tcpOptions
        default: names = [:]
        }
        return names[value] ?? "\(value)"
    }

    private var names: NamedNumber? {
        switch self {
        case .openFlags: .openFlags
        case .atFlags: .atFlags
        case .accessMode: .accessModes
        case .protection: .protections
        case .mapFlags: .mapFlags
        case .remapFlags: .remapFlags
        case .advice: .one(NamedNumber.advices)
        case .whence: .one(NamedNumber.whences)
        case .request: .one(NamedNumber.requests)
        case .control: .one(NamedNumber.controls)
        case .futexOperation: .futexOperations
        case .cloneFlags: .cloneFlags
        case .domain: .one(NamedNumber.domains)
        case .socketType: .socketTypes
        case .messageFlags: .messageFlags
        case .level: .one(NamedNumber.levels)
        case .epollOperation: .one([1: "EPOLL_CTL_ADD", 2: "EPOLL_CTL_DEL", 3: "EPOLL_CTL_MOD"])
        case .clock: .one(NamedNumber.clocks)
        case .resource: .one(NamedNumber.resources)
        case .prctl: .one(NamedNumber.processControls)
        case .archprctl: .one([0x1001: "ARCH_SET_GS", 0x1002: "ARCH_SET_FS", 0x1003: "ARCH_GET_FS", 0x1004: "ARCH_GET_GS"])
        case .maskHow: .one([0: "SIG_BLOCK", 1: "SIG_UNBLOCK", 2: "SIG_SETMASK"])
        case .lockOperation: .lockOperations
        case .shutdownHow: .one([0: "SHUT_RD", 1: "SHUT_WR", 2: "SHUT_RDWR"])
        case .waitOptions: .waitOptions
        default: nil
        }
    }
}
