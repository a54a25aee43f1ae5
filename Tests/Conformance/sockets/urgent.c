// Urgent data of TCP: beside the stream and in it, the mark, what poll says, and SIGURG for the owner.
#include "loopback.h"
#include <signal.h>
#include <sys/epoll.h>

static volatile sig_atomic_t signalled;

static void urgent(int number) { signalled += number == SIGURG; }

static int at_mark(int fd) {
    int mark = -1;
    return ioctl(fd, SIOCATMARK, &mark) == 0 ? mark : -1;
}

static int inLine(int fd) {
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
}

static void beside(void) {
    int ends[2];
    char text[20];
    CHECK(connection(AF_INET, ends) == 0);
    CHECK_ERRNO(recv(ends[1], text, 1, MSG_OOB), EINVAL);
    CHECK(send(ends[0], "ab!", 3, MSG_OOB) == 3);
    CHECK((ready(ends[1], POLLPRI, 5000) & POLLPRI) != 0);
    CHECK(send(ends[0], "cd", 2, 0) == 2);
    CHECK(at_mark(ends[1]) == 0);
    CHECK(recv(ends[1], text, sizeof text, 0) == 2 && memcmp(text, "ab", 2) == 0);
    CHECK(at_mark(ends[1]) == 1);
    CHECK(recv(ends[1], text, sizeof text, MSG_OOB) == 1 && text[0] == '!');
    CHECK((ready(ends[1], POLLIN, 5000) & POLLIN) != 0);
    CHECK(recv(ends[1], text, sizeof text, 0) == 2 && memcmp(text, "cd", 2) == 0);
    CHECK(ready(ends[1], POLLIN | POLLPRI, 0) == 0);
    CHECK(at_mark(ends[1]) == 0);
    close(ends[0]), close(ends[1]);
}

/// The server of FTP's ABOR: select, then a read of all there is.
static void within(int by_epoll) {
    int ends[2];
    char text[20];
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(inLine(ends[1]) == 0);
    int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, ends[1], &event) == 0);
    CHECK(send(ends[0], "ABOR\r\n", 6, MSG_OOB) == 6);
    int got = 0, waits = 0;
    while (got < 6 && waits++ < 10) {
        int found = by_epoll ? epoll_wait(set, &event, 1, 5000) : ready(ends[1], POLLIN, 5000);
        if (found <= 0) break;
        int count = recv(ends[1], text + got, sizeof text - got, 0);
        if (count <= 0) break;
        got += count;
        if (got == 5) CHECK(at_mark(ends[1]) == 1);
    }
    CHECK(got == 6 && memcmp(text, "ABOR\r\n", 6) == 0);
    CHECK_ERRNO(recv(ends[1], text, 1, MSG_OOB), EINVAL);
    CHECK_ERRNO(recv(ends[1], text, 1, MSG_DONTWAIT), EAGAIN);
    close(ends[0]), close(ends[1]), close(set);
}

static void blockingReads(void) {
    int ends[2];
    char text[20];
    CHECK(connection(AF_INET6, ends) == 0);
    CHECK(inLine(ends[1]) == 0);
    CHECK(send(ends[0], "12", 2, MSG_OOB) == 2);
    CHECK(ready(ends[1], POLLPRI, 5000) == POLLPRI);
    CHECK(recv(ends[1], text, sizeof text, 0) == 1 && text[0] == '1');
    CHECK(recv(ends[1], text, sizeof text, 0) == 1 && text[0] == '2');
    CHECK(send(ends[0], "3", 1, 0) == 1);
    CHECK(recv(ends[1], text, sizeof text, 0) == 1 && text[0] == '3');
    close(ends[0]), close(ends[1]);
}

static void owner(void) {
    int ends[2];
    char byte;
    CHECK(connection(AF_INET, ends) == 0);
    signal(SIGURG, urgent);
    CHECK(send(ends[0], "1", 1, MSG_OOB) == 1);
    CHECK(ready(ends[1], POLLPRI, 5000) == POLLPRI);
    CHECK(recv(ends[1], &byte, 1, MSG_OOB) == 1);
    CHECK(signalled == 0);
    CHECK(fcntl(ends[1], F_SETOWN, getpid()) == 0);
    CHECK(fcntl(ends[1], F_GETOWN) == getpid());
    CHECK(send(ends[0], "2", 1, MSG_OOB) == 1);
    for (int waited = 0; waited < 500 && signalled == 0; waited++) usleep(10000);
    CHECK(signalled == 1);
    CHECK(recv(ends[1], &byte, 1, MSG_OOB) == 1 && byte == '2');
    CHECK(send(ends[0], "3", 1, 0) == 1);
    CHECK(recv(ends[1], &byte, 1, 0) == 1 && byte == '3');
    CHECK(send(ends[0], "4", 1, MSG_OOB) == 1);
    for (int waited = 0; waited < 500 && signalled == 1; waited++) usleep(10000);
    CHECK(signalled == 2);
    close(ends[0]), close(ends[1]);
}

int main(void) {
    beside();
    within(0);
    within(1);
    blockingReads();
    owner();
    return done();
}
