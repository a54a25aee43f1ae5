extension SystemCall {
    /// Sockets, of the host's network and inside the enclave.
    static let sockets: [SystemCall] = [
        .init(
            41, "socket", .partial("AF_UNIX, AF_INET, AF_INET6, AF_NETLINK for interfaces; no raw sockets"), .domain, .socketType,
            .number),
        .init(42, "connect", .complete, .descriptor, .socketAddress, .size),
        .init(43, "accept", .complete, .descriptor, .peerAddress, .exchange),
        .init(44, "sendto", .complete, .descriptor, .input, .size, .messageFlags, .socketAddress, .size),
        .init(45, "recvfrom", .complete, .descriptor, .output, .size, .messageFlags, .peerAddress, .exchange),
        .init(46, "sendmsg", .complete, .descriptor, .message, .messageFlags),
        .init(47, "recvmsg", .complete, .descriptor, .message, .messageFlags),
        .init(48, "shutdown", .complete, .descriptor, .shutdownHow),
        .init(49, "bind", .complete, .descriptor, .socketAddress, .size),
        .init(50, "listen", .complete, .descriptor, .number),
        .init(51, "getsockname", .complete, .descriptor, .peerAddress, .exchange),
        .init(52, "getpeername", .complete, .descriptor, .peerAddress, .exchange),
        .init(53, "socketpair", .complete, .domain, .socketType, .number, .descriptorPair),
        .init(
            54, "setsockopt",
            .partial("SO_ATTACH_FILTER, SO_PEERSEC, SO_PEERGROUPS, SO_PASSPIDFD, TCP_ULP, TCP_MD5SIG; IP options"),
            .descriptor, .level, .option, .input, .size),
        .init(
            55, "getsockopt",
            .partial("SO_ATTACH_FILTER, SO_PEERSEC, SO_PEERGROUPS, SO_PASSPIDFD, TCP_ULP, TCP_MD5SIG; IP options"),
            .descriptor, .level, .option, .output, .exchange),
        .init(288, "accept4", .complete, .descriptor, .peerAddress, .exchange, .openFlags),
        .init(299, "recvmmsg", .complete, .descriptor, .exchange, .number, .messageFlags, .time),
        .init(307, "sendmmsg", .complete, .descriptor, .exchange, .number, .messageFlags),
    ]
}
