/// One system call of x86-64 Linux: what it is called, what its arguments are, and how far the LibOS has it.
///
/// The rows of the table stand by subject in the files beside this one. Who changes a call changes its row.
public struct SystemCall: Sendable {
    public let number: UInt16
    public let name: StaticString
    public let support: SystemCallSupport
    private let first: SystemCallArgument
    private let second: SystemCallArgument
    private let third: SystemCallArgument
    private let fourth: SystemCallArgument
    private let fifth: SystemCallArgument
    private let sixth: SystemCallArgument

    @inline(__always)
    init(
        _ number: UInt16, _ name: StaticString, _ support: SystemCallSupport, _ first: SystemCallArgument = .none,
        _ second: SystemCallArgument = .none, _ third: SystemCallArgument = .none, _ fourth: SystemCallArgument = .none,
        _ fifth: SystemCallArgument = .none, _ sixth: SystemCallArgument = .none
    ) {
        self.number = number
        self.name = name
        self.support = support
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
        self.fifth = fifth
        self.sixth = sixth
    }

    /// The kind of the argument in the register `index`, 0 to 5.
    public func argument(_ index: Int) -> SystemCallArgument {
        switch index {
        case 0: return first
        case 1: return second
        case 2: return third
        case 3: return fourth
        case 4: return fifth
        case 5: return sixth
        default: return .none
        }
    }

    public var argumentCount: Int {
        var count = 0
        while argument(count) != .none { count += 1 }
        return count
    }
}
