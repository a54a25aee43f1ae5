import Wire

@testable import EnclaveHost

/// An answer of the right form that no honest host gives.
struct HostInvention {
    private let call: HostCall
    private let lie: HostLie
    private let salt: UInt64

    init(_ call: HostCall, _ lie: HostLie, _ salt: UInt64) {
        self.call = call
        self.lie = lie
        self.salt = salt
    }

    /// Puts it into the data area and says the number to tell, which may be that of the honest answer.
    func answer(_ area: CallView, _ result: Int64) -> Int64 {
        switch call {
        case .untrustedList: return area.answer(listing)
        case .untrustedLinkTarget: return area.answer(Array(Self.targets[Int(salt) % Self.targets.count].utf8))
        case .untrustedStatus: return area.answer(status.encoded())
        case .networkInterfaces: return area.answer(NetworkInterface.encode(interfaces))
        case .nameFile: return area.answer(lines)
        case .takeSignals:
            area.data.storeBytes(of: UInt64.max, as: UInt64.self)
            area.data.storeBytes(of: salt & 1 == 0 ? 0 : UInt64.max, toByteOffset: 8, as: UInt64.self)
            return 16
        default: return result
        }
    }

    private static let targets = [
        "/data", "../data", "dir/../../data", "//data", "/proc/self/root/data", "link", ".", "..", "", "file\0/data", "/host/link",
    ]

    private static let names = [
        "..", ".", "", "a/b", "/data", "../data", "nul\0nul", "twice", "twice", String(repeating: "n", count: 255),
    ]

    private var listing: [UInt8] {
        var writer = ByteWriter()
        let isEndless = lie == .endless
        for number in 0..<(isEndless ? 4000 : 1 + salt % 40) {
            let name = isEndless ? "name" : Self.names[Int((salt + number * 7) % UInt64(Self.names.count))]
            // Places that go on, stand still or go back.
            let next = isEndless || salt & 1 == 0 ? number + 1 : salt & 2
            UntrustedEntry(next: next, number: salt % 3, type: UInt8((salt + number) % 16), name: Array(name.utf8)).encode(
                into: &writer)
        }
        return writer.bytes
    }

    private var status: UntrustedStatus {
        let modes: [UInt32] = [0o040777, 0o100777, 0o120777, 0o020666, 0o060666, 0o010666, 0o140777, 0o106755]
        let times: [Int64] = [.min, .max, 0, -1]
        let time = (seconds: times[Int(salt >> 3) % times.count], nanoseconds: UInt32(999_999_999))
        return UntrustedStatus(
            mode: modes[Int(salt) % modes.count], links: UInt32(truncatingIfNeeded: salt), uid: .max, gid: .max, number: salt % 2,
            size: salt & 8 == 0 ? UInt64(Int64.max) : salt, blocks: UInt64(Int64.max), times: [time, time, time])
    }

    private var interfaces: [NetworkInterface] {
        (0..<NetworkInterface.mostInterfaces + Int(salt % 3) - 1).map { number in
            let isNew = number & 1 == 1
            var interface = NetworkInterface(
                index: salt & 1 == 0 ? 1 : UInt32(number + 1), name: Array("interface\(number)".utf8), flags: .max)
            interface.hardwareAddress = [UInt8](repeating: 0xff, count: 6)
            interface.addresses = [UInt8](0..<4).map {
                NetworkInterface.Address(
                    family: isNew ? 10 : 2, bytes: [UInt8](repeating: $0, count: isNew ? 16 : 4),
                    prefix: UInt8(truncatingIfNeeded: salt))
            }
            return interface
        }
    }

    private var lines: [UInt8] {
        let kinds = [
            "nameserver 1.2.3.4\n", "nameserver ::1%lo; rm\n", "options \u{1b}[2J\n", "127.0.0.2 localhost\n", "1.2.3.4 a\0b\n",
            "search " + String(repeating: "x.", count: 400) + "\n", "\n",
        ]
        let line = Array(kinds[Int(salt) % kinds.count].utf8)
        return (0..<CallFrame.dataLength / line.count).flatMap { _ in line }
    }
}
