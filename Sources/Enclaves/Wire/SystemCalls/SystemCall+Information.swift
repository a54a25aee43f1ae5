extension SystemCall {
    /// What programs ask of the system, and their limits.
    static let information: [SystemCall] = [
        .init(63, "uname", .complete, .output),
        .init(97, "getrlimit", .complete, .resource, .output),
        .init(98, "getrusage", .partial("processor time and peak memory"), .number, .output),
        .init(99, "sysinfo", .complete, .output),
        .init(100, "times", .partial("user time only"), .output),
        .init(103, "syslog", .refused(.EPERM), .number, .output, .size),
        .init(136, "ustat", .refused(.ENOSYS), .word, .output),
        .init(139, "sysfs", .refused(.ENOSYS), .number, .word, .output),
        .init(160, "setrlimit", .partial("kept; NOFILE, FSIZE, AS and CPU limit"), .resource, .input),
        .init(302, "prlimit64", .partial("kept; NOFILE, FSIZE, AS and CPU limit"), .process, .resource, .input, .output),
        .init(318, "getrandom", .complete, .output, .size, .flags),
    ]
}
