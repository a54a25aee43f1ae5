extension SystemCall {
    /// Sockets, of the host's network and inside the enclave.
    static let sockets: [SystemCall] = [
        .init(41, "socket", .partial("AF_UNIX streams only"), .domain, .socketType, .number),
        .init(42, "connect", .partial("ECONNREFUSED whatever the address is"), .descriptor, .socketAddress, .size),
        .init(43, "accept", .partial("EOPNOTSUPP for every socket"), .descriptor, .output, .exchange),
        .init(44, "sendto", .partial("connected pairs only"), .descriptor, .input, .size, .messageFlags, .socketAddress, .size),
        .init(45, "recvfrom", .partial("connected pairs only"), .descriptor, .output, .size, .messageFlags, .output, .exchange),
        .init(46, "sendmsg", .partial("control messages"), .descriptor, .message, .messageFlags),
        .init(47, "recvmsg", .partial("control messages"), .descriptor, .message, .messageFlags),
        .init(48, "shutdown", .complete, .descriptor, .shutdownHow),
        .init(49, "bind", .partial("EOPNOTSUPP for every socket"), .descriptor, .socketAddress, .size),
        .init(50, "listen", .partial("EOPNOTSUPP for every socket"), .descriptor, .number),
        .init(51, "getsockname", .complete, .descriptor, .output, .exchange),
        .init(52, "getpeername", .complete, .descriptor, .output, .exchange),
        .init(53, "socketpair", .partial("streams only"), .domain, .socketType, .number, .output),
        .init(54, "setsockopt", .partial("few options"), .descriptor, .level, .option, .input, .size),
        .init(55, "getsockopt", .partial("few options"), .descriptor, .level, .option, .output, .exchange),
        .init(288, "accept4", .partial("EOPNOTSUPP for every socket"), .descriptor, .output, .exchange, .openFlags),
        .init(299, "recvmmsg", .partial("EOPNOTSUPP for every socket"), .descriptor, .exchange, .number, .messageFlags, .time),
        .init(307, "sendmmsg", .partial("EOPNOTSUPP for every socket"), .descriptor, .exchange, .number, .messageFlags),
    ]
}
