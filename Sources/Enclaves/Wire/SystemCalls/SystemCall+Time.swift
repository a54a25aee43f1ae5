extension SystemCall {
    /// Clocks, sleeps and timers.
    static let time: [SystemCall] = [
        .init(35, "nanosleep", .complete, .time, .output),
        .init(36, "getitimer", .complete, .number, .output),
        .init(37, "alarm", .complete, .number),
        .init(38, "setitimer", .complete, .number, .input, .output),
        .init(96, "gettimeofday", .complete, .output, .output),
        .init(159, "adjtimex", .partial("tells, sets nothing: EPERM"), .exchange),
        .init(164, "settimeofday", .refused(.EPERM), .input, .input),
        .init(201, "time", .complete, .output),
        .init(222, "timer_create", .complete, .clock, .input, .output),
        .init(223, "timer_settime", .complete, .number, .flags, .input, .output),
        .init(224, "timer_gettime", .complete, .number, .output),
        .init(225, "timer_getoverrun", .complete, .number),
        .init(226, "timer_delete", .complete, .number),
        .init(227, "clock_settime", .refused(.EPERM), .clock, .time),
        .init(228, "clock_gettime", .complete, .clock, .output),
        .init(229, "clock_getres", .complete, .clock, .output),
        .init(230, "clock_nanosleep", .complete, .clock, .flags, .time, .output),
        .init(283, "timerfd_create", .complete, .clock, .openFlags),
        .init(286, "timerfd_settime", .complete, .descriptor, .flags, .input, .output),
        .init(287, "timerfd_gettime", .complete, .descriptor, .output),
        .init(305, "clock_adjtime", .partial("tells, sets nothing: EPERM"), .clock, .exchange),
    ]
}
