// Streams: partial reads, peeking, MSG_WAITALL, the ends of both directions, SIGPIPE, FIONREAD.
#include "../check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

static volatile sig_atomic_t pipes;
static void count(int signal) { pipes++; }

int main(void) {
    int p[2], waiting;
    char buffer[64] = {0};
    struct sigaction action = {.sa_handler = count};
    sigaction(SIGPIPE, &action, NULL);

    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
    CHECK(write(p[0], "hello", 5) == 5);
    CHECK(send(p[0], " world", 6, 0) == 6);
    CHECK(ioctl(p[1], FIONREAD, &waiting) == 0 && waiting == 11);
    CHECK(recv(p[1], buffer, 3, MSG_PEEK) == 3 && memcmp(buffer, "hel", 3) == 0);
    CHECK(recv(p[1], buffer, 64, MSG_PEEK | MSG_DONTWAIT) == 11);
    CHECK(read(p[1], buffer, 3) == 3 && memcmp(buffer, "hel", 3) == 0);
    CHECK(recv(p[1], buffer, 64, 0) == 8 && memcmp(buffer, "lo world", 8) == 0);
    CHECK_ERRNO(recv(p[1], buffer, 64, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(recv(p[1], buffer, 0, MSG_DONTWAIT), EAGAIN);
    CHECK(read(p[1], buffer, 0) == 0);

    struct iovec parts[] = {{"one", 3}, {"", 0}, {"three", 5}};
    struct iovec into[] = {{buffer, 2}, {buffer + 10, 4}};
    CHECK(writev(p[0], parts, 3) == 8);
    CHECK(readv(p[1], into, 2) == 6 && memcmp(buffer, "on", 2) == 0 && memcmp(buffer + 10, "ethr", 4) == 0);
    CHECK(read(p[1], buffer, 64) == 2);

    CHECK(send(p[0], "abcd", 4, 0) == 4);
    CHECK(shutdown(p[0], SHUT_WR) == 0);
    CHECK(recv(p[1], buffer, 64, MSG_WAITALL) == 4);
    CHECK(recv(p[1], buffer, 64, 0) == 0);
    CHECK_ERRNO(send(p[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(pipes == 0);
    CHECK_ERRNO(send(p[0], "x", 1, 0), EPIPE);
    CHECK(pipes == 1);
    CHECK(write(p[1], "back", 4) == 4);
    CHECK(read(p[0], buffer, 64) == 4);
    CHECK(shutdown(p[0], SHUT_RD) == 0);
    CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
    CHECK(pipes == 2);
    CHECK(close(p[0]) == 0 && close(p[1]) == 0);

    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
    CHECK(write(p[0], "unread", 6) == 6);
    CHECK(write(p[1], "lost", 4) == 4);
    close(p[0]);
    CHECK(recv(p[1], buffer, 3, 0) == 3);
    CHECK(recv(p[1], buffer, 64, 0) == 3);
    CHECK_ERRNO(recv(p[1], buffer, 64, 0), ECONNRESET);
    CHECK(recv(p[1], buffer, 64, 0) == 0);
    CHECK_ERRNO(send(p[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(sendto(p[1], "x", 1, MSG_NOSIGNAL, (struct sockaddr *)"\1\0a", 3), EISCONN);
    close(p[1]);

    int lone = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(send(lone, "x", 1, MSG_NOSIGNAL), ENOTCONN);
    CHECK_ERRNO(recv(lone, buffer, 1, 0), EINVAL);
    CHECK_ERRNO(sendto(lone, "x", 1, 0, (struct sockaddr *)"\1\0a", 3), EOPNOTSUPP);
    CHECK(shutdown(lone, SHUT_RDWR) == 0);

    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p) == 0);
    static char big[65536];
    long total = 0, n;
    while ((n = write(p[0], big, sizeof big)) > 0) total += n;
    CHECK(n == -1 && errno == EAGAIN);
    CHECK(total >= 65536 && total <= 1 << 20);
    CHECK(read(p[1], big, sizeof big) == sizeof big);
    CHECK_ERRNO(send(p[0], (void *)8, 10, MSG_NOSIGNAL), EFAULT);
    return done();
}
