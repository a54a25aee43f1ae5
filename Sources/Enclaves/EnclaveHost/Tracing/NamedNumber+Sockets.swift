extension NamedNumber {
    static let domains: [UInt64: String] = [
        0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 17: "AF_PACKET", 40: "AF_VSOCK",
    ]
    static let socketTypes = mixed(
        0xf, [1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 5: "SOCK_SEQPACKET"],
        [(0o4000, "SOCK_NONBLOCK"), (0o2_000_000, "SOCK_CLOEXEC")])
    static let messageFlags = flags(
        "0",
        [
            (1, "MSG_OOB"), (2, "MSG_PEEK"), (4, "MSG_DONTROUTE"), (8, "MSG_CTRUNC"), (0x20, "MSG_TRUNC"), (0x40, "MSG_DONTWAIT"),
            (0x80, "MSG_EOR"), (0x100, "MSG_WAITALL"), (0x800, "MSG_CONFIRM"), (0x2000, "MSG_ERRQUEUE"), (0x4000, "MSG_NOSIGNAL"),
            (0x8000, "MSG_MORE"), (0x1_0000, "MSG_WAITFORONE"), (0x2000_0000, "MSG_FASTOPEN"), (0x4000_0000, "MSG_CMSG_CLOEXEC"),
        ])
    static let levels: [UInt64: String] = [0: "SOL_IP", 1: "SOL_SOCKET", 6: "SOL_TCP", 17: "SOL_UDP", 41: "SOL_IPV6"]
    static let socketOptions: [UInt64: String] = [
        1: "SO_DEBUG", 2: "SO_REUSEADDR", 3: "SO_TYPE", 4: "SO_ERROR", 5: "SO_DONTROUTE", 6: "SO_BROADCAST", 7: "SO_SNDBUF",
        8: "SO_RCVBUF", 9: "SO_KEEPALIVE", 10: "SO_OOBINLINE", 13: "SO_LINGER", 15: "SO_REUSEPORT", 16: "SO_PASSCRED",
        17: "SO_PEERCRED", 18: "SO_RCVLOWAT", 19: "SO_SNDLOWAT", 20: "SO_RCVTIMEO", 21: "SO_SNDTIMEO", 25: "SO_BINDTODEVICE",
        26: "SO_ATTACH_FILTER", 29: "SO_TIMESTAMP", 30: "SO_ACCEPTCONN", 36: "SO_MARK", 38: "SO_PROTOCOL", 39: "SO_DOMAIN",
        46: "SO_BUSY_POLL", 49: "SO_INCOMING_CPU", 56: "SO_INCOMING_NAPI_ID", 60: "SO_ZEROCOPY",
    ]
    static let tcpOptions: [UInt64: String] = [
        1: "TCP_NODELAY", 2: "TCP_MAXSEG", 3: "TCP_CORK", 4: "TCP_KEEPIDLE", 5: "TCP_KEEPINTVL", 6: "TCP_KEEPCNT", 7: "TCP_SYNCNT",
        9: "TCP_DEFER_ACCEPT", 11: "TCP_INFO", 12: "TCP_QUICKACK", 13: "TCP_CONGESTION", 18: "TCP_USER_TIMEOUT", 23: "TCP_FASTOPEN",
        31: "TCP_ULP",
    ]
}
