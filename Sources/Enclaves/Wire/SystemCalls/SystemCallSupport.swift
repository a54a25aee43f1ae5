/// How far the LibOS has a system call.
public enum SystemCallSupport: Sendable {
    /// Every argument Linux documents does what it does there.
    case complete
    /// The text says what is missing or different.
    case partial(StaticString)
    /// Answered with this error whatever the arguments are.
    case refused(SystemCallRefusal)

    /// The error of a call that is refused.
    public var refusal: SystemCallRefusal? {
        if case .refused(let refusal) = self { return refusal }
        return nil
    }
}

/// The errors of calls that are refused; raw values are Linux' numbers.
public enum SystemCallRefusal: UInt16, Sendable {
    /// What a container without the capability gets.
    case EPERM = 1
    case EINVAL = 22
    /// What a kernel without the call says; C libraries and runtimes then go without.
    case ENOSYS = 38
    case EOPNOTSUPP = 95

    public var name: StaticString {
        switch self {
        case .EPERM: return "EPERM"
        case .EINVAL: return "EINVAL"
        case .ENOSYS: return "ENOSYS"
        case .EOPNOTSUPP: return "EOPNOTSUPP"
        }
    }
}
