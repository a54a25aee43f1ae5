// Datagrams: boundaries, truncation, source addresses, connected and unconnected senders, a full queue, peers that go.
#include "../check.h"
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static struct sockaddr_un address;
static socklen_t named(const char *name) {
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, name);
    return offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1;
}
#define NAMED(text) (struct sockaddr *)&address, named(text)
static short look(int descriptor) {
    struct pollfd f = {descriptor, POLLIN | POLLOUT, 0};
    poll(&f, 1, 0);
    return f.revents;
}

int main(void) {
    char buffer[64];
    struct sockaddr_un from;
    socklen_t length = sizeof from;
    int waiting;
    int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0), c = socket(AF_UNIX, SOCK_RAW, 0);
    CHECK(bind(a, NAMED("a")) == 0 && bind(b, NAMED("b")) == 0);
    CHECK_ERRNO(send(a, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(sendto(a, "x", 1, 0, NAMED("none")), ENOENT);
    CHECK_ERRNO(sendto(a, "x", 1, 0, (void *)&address, 1), EINVAL);
    CHECK(sendto(a, "hello", 5, 0, NAMED("b")) == 5);
    CHECK(sendto(c, "", 0, 0, NAMED("b")) == 0);
    CHECK(sendto(a, "third", 5, 0, NAMED("b")) == 5);
    CHECK(ioctl(b, FIONREAD, &waiting) == 0 && waiting == 5);
    CHECK(recvfrom(b, buffer, 3, MSG_PEEK | MSG_TRUNC, (void *)&from, &length) == 5);
    CHECK(length == 4 && strcmp(from.sun_path, "a") == 0);
    CHECK(recv(b, buffer, 3, 0) == 3 && memcmp(buffer, "hel", 3) == 0);
    length = sizeof from;
    CHECK(recvfrom(b, buffer, 64, 0, (void *)&from, &length) == 0 && length == 0);
    struct iovec parts[] = {{buffer, 2}, {buffer + 10, 2}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2, .msg_name = &from, .msg_namelen = sizeof from};
    CHECK(recvmsg(b, &message, 0) == 4 && message.msg_flags == MSG_TRUNC && message.msg_namelen == 4);
    CHECK_ERRNO(recv(b, buffer, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(recv(b, buffer, 1, MSG_OOB), EOPNOTSUPP);

    CHECK(connect(a, NAMED("b")) == 0);
    CHECK(send(a, "one", 3, 0) == 3);
    CHECK_ERRNO(sendto(c, "x", 1, MSG_DONTWAIT, NAMED("none")), ENOENT);
    CHECK(connect(b, NAMED("a")) == 0);
    CHECK_ERRNO(sendto(c, "x", 1, 0, NAMED("b")), EPERM);
    CHECK_ERRNO(connect(c, NAMED("b")), EPERM);
    length = sizeof from;
    CHECK(getpeername(a, (void *)&from, &length) == 0 && strcmp(from.sun_path, "b") == 0);
    CHECK(recv(b, buffer, 64, 0) == 3);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    CHECK(connect(b, &none, sizeof none) == 0);
    CHECK_ERRNO(getpeername(b, (void *)&from, &length), ENOTCONN);

    int sent = 0;
    while (send(a, "x", 1, MSG_DONTWAIT) == 1) sent++;
    CHECK(errno == EAGAIN);
    PRINT("%d messages wait at one that does not answer", sent);
    CHECK(look(a) == 0);
    CHECK(recv(b, buffer, 1, 0) == 1);
    CHECK(look(a) == POLLOUT);
    close(b);
    CHECK(look(a) & POLLOUT);
    CHECK_ERRNO(send(a, "x", 1, 0), ECONNREFUSED);
    CHECK_ERRNO(send(a, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(sendto(c, "x", 1, 0, NAMED("b")), ECONNREFUSED);

    int p[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, p) == 0);
    CHECK(send(p[0], "ab", 2, 0) == 2 && send(p[0], "cd", 2, 0) == 2);
    CHECK(read(p[1], buffer, 64) == 2);
    CHECK(shutdown(p[1], SHUT_RD) == 0);
    CHECK_ERRNO(send(p[0], "x", 1, 0), EPIPE);
    CHECK(recv(p[1], buffer, 64, 0) == 2);
    CHECK(recv(p[1], buffer, 64, 0) == 0);
    CHECK(shutdown(p[0], SHUT_WR) == 0);
    CHECK_ERRNO(send(p[0], "x", 1, 0), EPIPE);
    static char big[300000];
    int small = 4000;
    CHECK(setsockopt(p[1], SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
    CHECK_ERRNO(send(p[1], big, sizeof big, 0), EMSGSIZE);
    CHECK(send(p[1], big, 5000, MSG_DONTWAIT) == 5000);
    struct mmsghdr several[3] = {0};
    struct iovec piece[3] = {{"1", 1}, {"22", 2}, {"333", 3}};
    int q[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, q);
    for (int i = 0; i < 3; i++) several[i].msg_hdr = (struct msghdr){.msg_iov = &piece[i], .msg_iovlen = 1};
    CHECK(sendmmsg(q[0], several, 3, 0) == 3 && several[2].msg_len == 3);
    char room[4][8];
    for (int i = 0; i < 3; i++) piece[i] = (struct iovec){room[i], 8};
    CHECK(recvmmsg(q[1], several, 3, MSG_WAITFORONE, NULL) == 3);
    CHECK(several[0].msg_len == 1 && several[1].msg_len == 2 && several[2].msg_len == 3);
    CHECK_ERRNO(recvmmsg(q[1], several, 3, MSG_DONTWAIT, NULL), EAGAIN);
    return done();
}
