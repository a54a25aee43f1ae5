// Open files in messages: where they end a receive, room for fewer, flags, files that nobody received.
#include "../check.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int s[2];
static char control[2048];

static int give(int socket, const char *text, int count, const int *files) {
    struct iovec part = {(void *)text, strlen(text)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count >= 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(count * 4);
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * 4), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(c), files, count * 4);
    }
    return sendmsg(socket, &message, 0);
}

static int got[300], got_flags;
static size_t got_control;
static int take(int socket, char *buffer, int room, size_t control_room, int flags, int *count) {
    struct iovec part = {buffer, room};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = control_room};
    int n = recvmsg(socket, &message, flags);
    *count = 0;
    got_flags = message.msg_flags;
    got_control = message.msg_controllen;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); n >= 0 && c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_type != SCM_RIGHTS) continue;
        *count = (c->cmsg_len - CMSG_LEN(0)) / 4;
        memcpy(got, CMSG_DATA(c), *count * 4);
    }
    return n;
}

int main(void) {
    char buffer[64];
    int count, p[2], files[300];
    struct stat before, after;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    int file = open("file", O_RDWR | O_CREAT, 0600);
    write(file, "content", 7);
    CHECK(give(s[0], "one", 1, &file) == 3);
    CHECK(take(s[1], buffer, 64, sizeof control, MSG_CMSG_CLOEXEC, &count) == 3 && count == 1);
    CHECK(got_flags == MSG_CMSG_CLOEXEC && got_control == CMSG_SPACE(4));
    CHECK(fcntl(got[0], F_GETFD) == FD_CLOEXEC);
    fstat(file, &before);
    fstat(got[0], &after);
    CHECK(before.st_ino == after.st_ino);
    // One open file: the offset is shared.
    CHECK(lseek(got[0], 0, SEEK_CUR) == 7 && lseek(got[0], 2, SEEK_SET) == 2 && lseek(file, 0, SEEK_CUR) == 2);
    close(got[0]);

    // Bytes before and after the files belong to different receives.
    CHECK(give(s[0], "before", -1, NULL) == 6 && give(s[0], "with", 1, &file) == 4 && give(s[0], "after", -1, NULL) == 5);
    CHECK(take(s[1], buffer, 64, sizeof control, 0, &count) == 10 && count == 1 && memcmp(buffer, "beforewith", 10) == 0);
    close(got[0]);
    CHECK(take(s[1], buffer, 64, sizeof control, 0, &count) == 5 && count == 0 && got_control == 0);

    CHECK(give(s[0], "split", 1, &file) == 5);
    CHECK(take(s[1], buffer, 2, sizeof control, MSG_PEEK, &count) == 2 && count == 1);
    close(got[0]);
    CHECK(take(s[1], buffer, 2, sizeof control, 0, &count) == 2 && count == 1);
    close(got[0]);
    CHECK(take(s[1], buffer, 64, sizeof control, 0, &count) == 3 && count == 0);

    pipe(p);
    files[0] = p[0], files[1] = p[1], files[2] = file;
    CHECK(give(s[0], "three", 3, files) == 5);
    CHECK(take(s[1], buffer, 64, CMSG_LEN(8), 0, &count) == 5 && count == 2 && got_flags == MSG_CTRUNC);
    close(p[0]), close(p[1]);
    CHECK(write(got[1], "x", 1) == 1 && read(got[0], buffer, 1) == 1);
    close(got[1]);
    CHECK(read(got[0], buffer, 1) == 0);
    close(got[0]);
    CHECK(give(s[0], "none", 1, &file) == 4);
    CHECK(take(s[1], buffer, 64, 0, 0, &count) == 4 && count == 0 && got_flags == MSG_CTRUNC);
    CHECK(give(s[0], "read", 1, &file) == 4 && read(s[1], buffer, 64) == 4);

    files[0] = 999;
    CHECK_ERRNO(give(s[0], "x", 1, files), EBADF);
    for (int i = 0; i < 300; i++) files[i] = file;
    CHECK_ERRNO(give(s[0], "x", 254, files), EINVAL);
    CHECK(give(s[0], "x", 253, files) == 1);
    CHECK(take(s[1], buffer, 64, sizeof control, 0, &count) == 1 && count == 253);
    for (int i = 0; i < count; i++) close(got[i]);
    CHECK(give(s[0], "x", 0, files) == 1);
    CHECK(take(s[1], buffer, 64, sizeof control, 0, &count) == 1 && count == 0);

    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(4)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    *c = (struct cmsghdr){.cmsg_len = 3, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    CHECK_ERRNO(sendmsg(s[0], &message, 0), EINVAL);
    *c = (struct cmsghdr){.cmsg_len = 1000, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    CHECK_ERRNO(sendmsg(s[0], &message, 0), EINVAL);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(4), .cmsg_level = SOL_SOCKET, .cmsg_type = 99};
    CHECK_ERRNO(sendmsg(s[0], &message, 0), EINVAL);
    c->cmsg_level = 99;
    CHECK(sendmsg(s[0], &message, 0) == 1);
    message.msg_iovlen = 1025;
    CHECK_ERRNO(sendmsg(s[0], &message, 0), EMSGSIZE);
    message.msg_iovlen = 1, message.msg_controllen = 1 << 20;
    CHECK_ERRNO(sendmsg(s[0], &message, 0), ENOBUFS);
    read(s[1], buffer, 64);

    // A pipe end in a message is open; when the socket goes unread it is closed.
    int held[2];
    pipe(held);
    CHECK(give(s[0], "held", 1, &held[1]) == 4);
    close(held[1]);
    fcntl(held[0], F_SETFL, O_NONBLOCK);
    CHECK_ERRNO(read(held[0], buffer, 1), EAGAIN);
    close(s[1]);
    CHECK(read(held[0], buffer, 1) == 0);
    close(held[0]), close(s[0]);

    // Two sockets that hold only each other are found: what they hold is closed.
    int d[2];
    pipe(held);
    fcntl(held[0], F_SETFL, O_NONBLOCK);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, d);
    files[0] = d[0], files[1] = d[1], files[2] = held[1];
    CHECK(give(d[0], "self", 3, files) == 4);
    CHECK(give(d[1], "other", 2, files) == 5);
    close(held[1]);
    close(d[0]);
    CHECK_ERRNO(read(held[0], buffer, 1), EAGAIN);
    close(d[1]);
    int freed = 0;
    for (int i = 0; i < 200 && !freed; i++) {
        int unrelated[2];
        socketpair(AF_UNIX, SOCK_DGRAM, 0, unrelated);
        close(unrelated[0]), close(unrelated[1]);
        freed = read(held[0], buffer, 1) == 0;
        if (!freed) usleep(5000);
    }
    CHECK(freed);
    return done();
}
