// Where a packet came in and with which TTL, as control messages.
#include "loopback.h"

int main(void) {
    struct sockaddr_storage address;
    socklen_t length;
    int receiver = bound(AF_INET, SOCK_DGRAM, &address, &length), sender = socket(AF_INET, SOCK_DGRAM, 0), on = 1, ttl = 42;
    CHECK(setsockopt(receiver, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) == 0);
    CHECK(setsockopt(receiver, IPPROTO_IP, IP_RECVTTL, &on, sizeof on) == 0);
    CHECK(setsockopt(sender, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) == 0);
    CHECK(sendto(sender, "x", 1, 0, (struct sockaddr *)&address, length) == 1);
    char byte, room[256];
    struct iovec part = {&byte, 1};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    CHECK(recvmsg(receiver, &header, 0) == 1 && header.msg_flags == 0);
    int seen = 0;
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(&header); entry; entry = CMSG_NXTHDR(&header, entry)) {
        if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_TTL) seen |= *(int *)CMSG_DATA(entry) == 42;
        if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(entry);
            seen |= info->ipi_addr.s_addr == htonl(INADDR_LOOPBACK) ? 2 : 0;
        }
    }
    CHECK(seen == 3);
    CHECK(sendto(sender, "y", 1, 0, (struct sockaddr *)&address, length) == 1);
    header.msg_controllen = 8;
    CHECK(recvmsg(receiver, &header, 0) == 1 && header.msg_flags == MSG_CTRUNC);
    return done();
}
