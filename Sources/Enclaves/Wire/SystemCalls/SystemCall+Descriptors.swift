extension SystemCall {
    /// Descriptors, pipes, and files without a name.
    static let descriptors: [SystemCall] = [
        .init(3, "close", .complete, .descriptor),
        .init(
            16, "ioctl", .partial("terminals: what the host's terminal needs; files: FIONREAD, FIONBIO, FIOCLEX, FIONCLEX"),
            .descriptor, .request, .word),
        .init(22, "pipe", .complete, .descriptorPair),
        .init(32, "dup", .complete, .descriptor),
        .init(33, "dup2", .complete, .descriptor, .descriptor),
        .init(72, "fcntl", .partial("leases and notification of directories"), .descriptor, .control, .word),
        .init(73, "flock", .complete, .descriptor, .lockOperation),
        .init(292, "dup3", .complete, .descriptor, .descriptor, .openFlags),
        .init(293, "pipe2", .complete, .descriptorPair, .openFlags),
        .init(319, "memfd_create", .complete, .string, .flags),
        .init(436, "close_range", .complete, .descriptor, .descriptor, .flags),
        .init(447, "memfd_secret", .refused(.ENOSYS), .flags),
    ]
}
