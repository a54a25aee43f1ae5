// UDP keeps messages apart, tells who sent them and cuts what does not fit.
#include "loopback.h"

static void exchange(int family) {
    struct sockaddr_storage here, there, from;
    socklen_t a, b, c = sizeof from;
    int s = bound(family, SOCK_DGRAM, &here, &a), t = bound(family, SOCK_DGRAM, &there, &b);
    CHECK(s >= 0 && t >= 0);
    CHECK(sendto(s, "first", 5, 0, (struct sockaddr *)&there, b) == 5);
    CHECK(sendto(s, "second one", 10, 0, (struct sockaddr *)&there, b) == 10);
    CHECK(sendto(s, "", 0, 0, (struct sockaddr *)&there, b) == 0);
    char bytes[64];
    CHECK(recvfrom(t, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &c) == 5);
    CHECK(c == a && memcmp(&from, &here, a) == 0);
    CHECK(recv(t, bytes, 4, MSG_PEEK | MSG_TRUNC) == 10);
    struct iovec part = {bytes, 4};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    CHECK(recvmsg(t, &header, 0) == 4 && header.msg_flags == MSG_TRUNC);
    CHECK(recv(t, bytes, sizeof bytes, 0) == 0);
    CHECK_ERRNO(recv(t, bytes, sizeof bytes, MSG_DONTWAIT), EAGAIN);

    CHECK_ERRNO(send(s, "x", 1, 0), EDESTADDRREQ);
    CHECK(connect(s, (struct sockaddr *)&there, b) == 0);
    CHECK(send(s, "x", 1, 0) == 1);
    CHECK(recv(t, bytes, sizeof bytes, 0) == 1);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    CHECK(connect(s, &none, sizeof none) == 0);
    CHECK_ERRNO(getpeername(s, (struct sockaddr *)&from, &c), ENOTCONN);
    close(s), close(t);
}

int main(void) {
    exchange(AF_INET);
    exchange(AF_INET6);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    static char large[70000];
    struct sockaddr_storage there;
    socklen_t b = loopback(AF_INET, 9, &there);
    CHECK_ERRNO(sendto(s, large, sizeof large, 0, (struct sockaddr *)&there, b), EMSGSIZE);
    CHECK_ERRNO(listen(s, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(s, NULL, NULL), EOPNOTSUPP);
    return done();
}
