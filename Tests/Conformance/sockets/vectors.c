// Messages from and into several buffers.
#include "loopback.h"

int main(void) {
    int ends[2];
    CHECK(connection(AF_INET6, ends) == 0);
    struct iovec parts[3] = {{"one ", 4}, {"", 0}, {"three", 5}};
    CHECK(writev(ends[0], parts, 3) == 9);
    char a[2], b[3], c[16];
    struct iovec room[3] = {{a, 2}, {b, 3}, {c, 16}};
    CHECK(readv(ends[1], room, 3) == 9);
    CHECK(memcmp(a, "on", 2) == 0 && memcmp(b, "e t", 3) == 0 && memcmp(c, "hree", 4) == 0);

    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 3};
    CHECK(sendmsg(ends[0], &header, MSG_NOSIGNAL) == 9);
    header.msg_iov = room;
    CHECK(recvmsg(ends[1], &header, MSG_PEEK) == 9);
    CHECK(recvmsg(ends[1], &header, 0) == 9 && header.msg_flags == 0 && header.msg_controllen == 0);
    CHECK_ERRNO(recvmsg(ends[1], &header, MSG_DONTWAIT), EAGAIN);
    header.msg_iovlen = 2000;
    CHECK_ERRNO(sendmsg(ends[0], &header, 0), EMSGSIZE);
    CHECK_ERRNO(sendmsg(ends[0], NULL, 0), EFAULT);

    struct sockaddr_storage address;
    socklen_t length;
    int receiver = bound(AF_INET, SOCK_DGRAM, &address, &length), sender = socket(AF_INET, SOCK_DGRAM, 0);
    connect(sender, (struct sockaddr *)&address, length);
    struct mmsghdr many[3] = {0};
    for (int i = 0; i < 3; i++) many[i].msg_hdr.msg_iov = &parts[i], many[i].msg_hdr.msg_iovlen = 1;
    CHECK(sendmmsg(sender, many, 3, 0) == 3);
    CHECK(many[0].msg_len == 4 && many[1].msg_len == 0 && many[2].msg_len == 5);
    char place[3][8];
    struct iovec places[3] = {{place[0], 8}, {place[1], 8}, {place[2], 8}};
    for (int i = 0; i < 3; i++) many[i].msg_hdr.msg_iov = &places[i];
    CHECK(recvmmsg(receiver, many, 3, MSG_WAITFORONE, NULL) == 3);
    CHECK(many[0].msg_len == 4 && many[1].msg_len == 0 && many[2].msg_len == 5 && memcmp(place[2], "three", 5) == 0);
    return done();
}
