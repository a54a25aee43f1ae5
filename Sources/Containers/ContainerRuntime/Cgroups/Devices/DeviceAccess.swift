/// What may be done with a device, in the bits of the kernel's device programs.
struct DeviceAccess: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let make = DeviceAccess(rawValue: 1)
    static let read = DeviceAccess(rawValue: 2)
    static let write = DeviceAccess(rawValue: 4)
    static let all: DeviceAccess = [.make, .read, .write]

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Of the letters of a configuration and of devices.list, `rwm`.
    init(letters: some StringProtocol) {
        self = []
        for letter in letters.utf8 {
            switch letter {
            case UInt8(ascii: "r"): insert(.read)
            case UInt8(ascii: "w"): insert(.write)
            case UInt8(ascii: "m"): insert(.make)
            default: break
            }
        }
    }

    var letters: String {
        (contains(.read) ? "r" : "") + (contains(.write) ? "w" : "") + (contains(.make) ? "m" : "")
    }
}
