extension SystemCall {
    /// Signals.
    static let signals: [SystemCall] = [
        .init(13, "rt_sigaction", .complete, .signal, .input, .output, .size),
        .init(14, "rt_sigprocmask", .complete, .maskHow, .signalSet, .output, .size),
        .init(15, "rt_sigreturn", .complete),
        .init(34, "pause", .complete),
        .init(62, "kill", .complete, .process, .signal),
        .init(127, "rt_sigpending", .complete, .output, .size),
        .init(128, "rt_sigtimedwait", .complete, .signalSet, .output, .time, .size),
        .init(129, "rt_sigqueueinfo", .complete, .process, .signal, .input),
        .init(130, "rt_sigsuspend", .complete, .signalSet, .size),
        .init(131, "sigaltstack", .complete, .input, .output),
        .init(200, "tkill", .complete, .process, .signal),
        .init(234, "tgkill", .complete, .process, .process, .signal),
        .init(282, "signalfd", .complete, .descriptor, .signalSet, .size),
        .init(289, "signalfd4", .complete, .descriptor, .signalSet, .size, .openFlags),
        .init(297, "rt_tgsigqueueinfo", .complete, .process, .process, .signal, .input),
        .init(424, "pidfd_send_signal", .complete, .descriptor, .signal, .input, .flags),
    ]
}
