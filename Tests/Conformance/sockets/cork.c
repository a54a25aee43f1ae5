// TCP_CORK and MSG_MORE: what is held back, what sends it, and who learns of an error.
#include "loopback.h"
#include <linux/sockios.h>
#include <signal.h>

static int cork(int fd, int on) { return setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on); }

static int corked(int fd) {
    int on = -1;
    socklen_t length = sizeof on;
    return getsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, &length) == 0 && length == sizeof on ? on : -1;
}

/// All that comes within some time after it began to.
static int arrived(int fd, char *text, int size) {
    if (ready(fd, POLLIN, 5000) <= 0) return -1;
    int count = recv(fd, text, size, 0);
    return count;
}

static void held(int ends[2]) {
    char text[100];
    int unsent = -1;
    CHECK(corked(ends[0]) == 0);
    CHECK(cork(ends[0], 1) == 0 && corked(ends[0]) == 1);
    CHECK(send(ends[0], "one ", 4, 0) == 4);
    CHECK(write(ends[0], "two", 3) == 3);
    CHECK(ioctl(ends[0], SIOCOUTQ, &unsent) == 0 && unsent == 7);
    CHECK_ERRNO(recv(ends[1], text, sizeof text, MSG_DONTWAIT), EAGAIN);
    CHECK(cork(ends[0], 0) == 0 && corked(ends[0]) == 0);
    CHECK(arrived(ends[1], text, sizeof text) == 7 && memcmp(text, "one two", 7) == 0);
}

static void sentByItself(int ends[2]) {
    char text[100];
    CHECK(cork(ends[0], 1) == 0);
    CHECK(send(ends[0], "late", 4, 0) == 4);
    CHECK(arrived(ends[1], text, sizeof text) == 4 && memcmp(text, "late", 4) == 0);
    CHECK(corked(ends[0]) == 1);
    CHECK(cork(ends[0], 0) == 0);
    CHECK(send(ends[0], "more", 4, MSG_MORE) == 4);
    CHECK(arrived(ends[1], text, sizeof text) == 4 && memcmp(text, "more", 4) == 0);
}

static void more(int ends[2]) {
    char text[100];
    struct iovec parts[2] = {{"c", 1}, {"d", 1}};
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    CHECK(send(ends[0], "a", 1, MSG_MORE) == 1);
    CHECK(send(ends[0], "b", 1, MSG_MORE | MSG_DONTWAIT) == 1);
    CHECK(sendmsg(ends[0], &header, MSG_MORE | MSG_NOSIGNAL) == 2);
    CHECK_ERRNO(recv(ends[1], text, sizeof text, MSG_DONTWAIT), EAGAIN);
    CHECK(send(ends[0], "e", 1, 0) == 1);
    CHECK(arrived(ends[1], text, sizeof text) == 5 && memcmp(text, "abcde", 5) == 0);
}

static void withoutDelay(int ends[2]) {
    char text[100];
    int on = 1, off = 0;
    CHECK(cork(ends[0], 1) == 0);
    CHECK(send(ends[0], "now", 3, 0) == 3);
    CHECK(setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    CHECK(arrived(ends[1], text, sizeof text) == 3 && memcmp(text, "now", 3) == 0);
    for (int round = 0; round < 2; round++) {
        CHECK(setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &off, sizeof off) == 0);
        int value = -1;
        socklen_t length = sizeof value;
        CHECK(getsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &value, &length) == 0 && value == 0);
    }
    CHECK(setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    CHECK_ERRNO(setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &on, 2), EINVAL);
    CHECK_ERRNO(setsockopt(ends[0], IPPROTO_TCP, TCP_CORK, &on, 3), EINVAL);
    CHECK(cork(ends[0], 0) == 0);
}

static void atTheEnd(void) {
    int ends[2];
    char text[100];
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(cork(ends[0], 1) == 0 && send(ends[0], "last", 4, 0) == 4);
    CHECK(shutdown(ends[0], SHUT_WR) == 0);
    CHECK(arrived(ends[1], text, sizeof text) == 4);
    CHECK(recv(ends[1], text, sizeof text, 0) == 0);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    close(ends[0]), close(ends[1]);

    CHECK(connection(AF_INET6, ends) == 0);
    CHECK(cork(ends[0], 1) == 0 && send(ends[0], "closed", 6, 0) == 6);
    CHECK(close(ends[0]) == 0);
    CHECK(arrived(ends[1], text, sizeof text) == 6);
    CHECK(recv(ends[1], text, sizeof text, 0) == 0);
    close(ends[1]);
}

/// The peer resets the connection while something is held.
static void reset(int ends[2]) {
    struct linger at_once = {1, 0};
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(cork(ends[0], 1) == 0 && send(ends[0], "never", 5, 0) == 5);
    setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(ends[1]);
    CHECK((ready(ends[0], POLLIN, 5000) & POLLERR) != 0);
}

static void errors(void) {
    int ends[2], error = 0;
    socklen_t length = sizeof error;
    reset(ends);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), ECONNRESET);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(cork(ends[0], 0) == 0);
    close(ends[0]);

    reset(ends);
    CHECK(cork(ends[0], 0) == 0);
    CHECK(getsockopt(ends[0], SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == ECONNRESET);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    close(ends[0]);

    reset(ends);
    CHECK(cork(ends[0], 0) == 0);
    char byte;
    CHECK_ERRNO(recv(ends[0], &byte, 1, 0), ECONNRESET);
    CHECK(recv(ends[0], &byte, 1, 0) == 0);
    close(ends[0]);

    int alone = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(cork(alone, 1) == 0);
    CHECK_ERRNO(send(alone, "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(send(alone, "x", 1, MSG_NOSIGNAL | MSG_MORE), EPIPE);
    close(alone);
}

int main(void) {
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    CHECK(connection(AF_INET, ends) == 0);
    held(ends);
    sentByItself(ends);
    more(ends);
    withoutDelay(ends);
    CHECK_ERRNO(send(ends[0], (void *)8, 10, MSG_MORE), EFAULT);
    close(ends[0]), close(ends[1]);
    atTheEnd();
    errors();
    return done();
}
