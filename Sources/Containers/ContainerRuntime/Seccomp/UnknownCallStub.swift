import CSeccomp
import Glibc
import OCI

/// Instructions before a filter's own that answer ENOSYS to calls newer than any the profile names.
///
/// Whoever wrote the profile could not judge them, and with the usual EPERM a C library would take a new call for a forbidden
/// one, where ENOSYS lets it go on with the older (runc does the same).
struct UnknownCallStub {
    private(set) var instructions: [UInt8] = []
    private static let x86_64 = seccomp_arch_resolve_name("x86_64")
    private static let x32 = seccomp_arch_resolve_name("x32")
    private static let x32Bit: UInt32 = 0x4000_0000

    init(_ architectures: [UInt32], _ rules: [SpecSeccomp.Rule]) {
        // x86_64 and x32 have one number in the kernel's eyes, and each its range of calls.
        for architecture in architectures where architecture != Self.x32 {
            guard let newest = Self.newest(architecture, rules) else { continue }
            let other = architecture == Self.x86_64 && architectures.contains(Self.x32)
            appendSection(for: architecture, newest, x32: other ? Self.newest(Self.x32, rules) : nil)
        }
    }

    private static func newest(_ architecture: UInt32, _ rules: [SpecSeccomp.Rule]) -> UInt32? {
        var newest: Int32 = -1
        for rule in rules {
            for name in rule.names { newest = max(newest, seccomp_syscall_resolve_name_arch(architecture, name)) }
        }
        return newest < 0 ? nil : UInt32(newest)
    }

    /// Falls through for other architectures and for calls that the filter is to judge.
    private mutating func appendSection(for architecture: UInt32, _ newest: UInt32, x32: UInt32?) {
        let refusal: UInt32 = 0x0005_0000 | UInt32(ENOSYS)
        if architecture != Self.x86_64 {
            append(.loadWord, 4)
            append(.jumpIfEqual, architecture, else: 3)
            append(.loadWord, 0)
            append(.jumpIfGreater, newest, else: 1)
            return append(.answer, refusal)
        }
        append(.loadWord, 4)
        append(.jumpIfEqual, architecture, else: x32 == nil ? 4 : 5)
        append(.loadWord, 0)
        if let x32 {
            append(.jumpIfGreaterOrEqual, Self.x32Bit, then: 1)
            append(.jumpIfGreater, newest, then: 1, else: 2)
            append(.jumpIfGreater, x32 | Self.x32Bit, else: 1)
        } else {
            // Left to the filter, which knows no such architecture.
            append(.jumpIfGreaterOrEqual, Self.x32Bit, then: 2)
            append(.jumpIfGreater, newest, else: 1)
        }
        append(.answer, refusal)
    }

    private enum Operation: UInt16 {
        case loadWord = 0x20
        case jumpIfEqual = 0x15
        case jumpIfGreater = 0x25
        case jumpIfGreaterOrEqual = 0x35
        case answer = 0x06
    }

    private mutating func append(_ operation: Operation, _ value: UInt32, then: UInt8 = 0, else: UInt8 = 0) {
        instructions += [UInt8(truncatingIfNeeded: operation.rawValue), 0, then, `else`]
        for shift in stride(from: UInt32(0), to: 32, by: 8) { instructions.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
