extension SystemCall {
    /// Waiting until files are ready.
    static let waiting: [SystemCall] = [
        .init(7, "poll", .complete, .pollSet, .number, .milliseconds),
        .init(23, "select", .complete, .number, .descriptorSet, .descriptorSet, .descriptorSet, .time),
        .init(213, "epoll_create", .complete, .number),
        .init(214, "epoll_ctl_old", .refused(.ENOSYS)),
        .init(215, "epoll_wait_old", .refused(.ENOSYS)),
        .init(232, "epoll_wait", .complete, .descriptor, .output, .number, .milliseconds),
        .init(233, "epoll_ctl", .complete, .descriptor, .epollOperation, .descriptor, .input),
        .init(270, "pselect6", .complete, .number, .descriptorSet, .descriptorSet, .descriptorSet, .time, .input),
        .init(271, "ppoll", .complete, .pollSet, .number, .time, .signalSet, .size),
        .init(281, "epoll_pwait", .complete, .descriptor, .output, .number, .milliseconds, .signalSet, .size),
        .init(284, "eventfd", .complete, .number),
        .init(290, "eventfd2", .complete, .number, .openFlags),
        .init(291, "epoll_create1", .complete, .openFlags),
        .init(441, "epoll_pwait2", .complete, .descriptor, .output, .number, .time, .signalSet, .size),
    ]
}
