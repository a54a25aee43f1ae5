// Who is at the other end: SO_PEERCRED, SCM_CREDENTIALS, SO_PASSCRED and the name that comes with it.
#include "../check.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static char control[256];
static struct ucred seen;
static int take(int socket, char *buffer, int room) {
    struct iovec part = {buffer, room};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int n = recvmsg(socket, &message, MSG_DONTWAIT);
    seen = (struct ucred){-1, -1, -1};
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); n >= 0 && c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_type == SCM_CREDENTIALS) memcpy(&seen, CMSG_DATA(c), sizeof seen);
    return n;
}
static int claim(int socket, struct ucred who, size_t length) {
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(length)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(length), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS};
    memcpy(CMSG_DATA(c), &who, length);
    return sendmsg(socket, &message, 0);
}

int main(void) {
    int s[2], on = 1;
    char buffer[16];
    struct ucred peer = {0};
    socklen_t length = sizeof peer;
    int lone = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(getsockopt(lone, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0);
    CHECK(peer.pid == 0 && peer.uid == -1 && peer.gid == -1 && length == 12);
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    CHECK(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0);
    CHECK(peer.pid == getpid() && peer.uid == 0 && peer.gid == 0);
    CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &peer, length), ENOPROTOOPT);

    send(s[0], "plain", 5, 0);
    CHECK(take(s[1], buffer, 16) == 5 && seen.pid == -1);
    CHECK(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
    length = sizeof on;
    CHECK(getsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, &length) == 0 && on == 1);
    send(s[0], "known", 5, 0);
    CHECK(take(s[1], buffer, 16) == 5 && seen.pid == getpid() && seen.uid == 0);
    CHECK(claim(s[0], (struct ucred){getpid(), 0, 0}, sizeof peer) == 1);
    CHECK(claim(s[0], (struct ucred){getpid(), 123, 456}, sizeof peer) == 1);
    // A change of sender ends a receive.
    CHECK(take(s[1], buffer, 16) == 1 && seen.uid == 0);
    CHECK(take(s[1], buffer, 16) == 1 && seen.uid == 123 && seen.gid == 456);
    CHECK_ERRNO(claim(s[0], (struct ucred){getpid(), 0, 0}, 8), EINVAL);

    CHECK(seteuid(1000) == 0);
    CHECK(claim(s[0], (struct ucred){getpid(), 0, 0}, sizeof peer) == 1);
    CHECK_ERRNO(claim(s[0], (struct ucred){getpid(), 77, 0}, sizeof peer), EPERM);
    CHECK(seteuid(0) == 0);

    // A socket that passes credentials gets a name when it sends.
    struct sockaddr_un name;
    int d = socket(AF_UNIX, SOCK_DGRAM, 0), e = socket(AF_UNIX, SOCK_DGRAM, 0);
    struct sockaddr_un target = {.sun_family = AF_UNIX, .sun_path = "\0target"};
    socklen_t target_length = offsetof(struct sockaddr_un, sun_path) + 7;
    CHECK(bind(e, (void *)&target, target_length) == 0);
    CHECK(setsockopt(d, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
    CHECK(sendto(d, "x", 1, 0, (void *)&target, target_length) == 1);
    length = sizeof name;
    CHECK(getsockname(d, (void *)&name, &length) == 0 && length == 8 && name.sun_path[0] == 0);
    return done();
}
