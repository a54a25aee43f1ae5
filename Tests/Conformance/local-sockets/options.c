// Options a socket remembers: buffers and their limits, time-outs, linger, switches; a full buffer makes a sender wait.
#include "../check.h"
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static int s[2];
static char big[200000];
static int get(int option) {
    int value = -1;
    socklen_t length = sizeof value;
    return getsockopt(s[0], SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}
static int set(int option, int value) { return setsockopt(s[0], SOL_SOCKET, option, &value, sizeof value); }
static void *reads(void *unused) {
    long total = 0, n;
    while (total < 200000 && (n = read(s[1], big, 3000)) > 0) total += n;
    return (void *)total;
}

int main(void) {
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    CHECK(get(SO_SNDBUF) == 212992 && get(SO_RCVBUF) == 212992);
    CHECK(set(SO_SNDBUF, 10000) == 0 && get(SO_SNDBUF) == 20000);
    CHECK(set(SO_SNDBUF, 1) == 0 && get(SO_SNDBUF) == 4608);
    CHECK(set(SO_RCVBUF, 1) == 0 && get(SO_RCVBUF) == 2304);
    CHECK(set(SO_REUSEADDR, 5) == 0 && get(SO_REUSEADDR) == 1);
    CHECK(set(SO_KEEPALIVE, 1) == 0 && set(SO_KEEPALIVE, 0) == 0 && get(SO_KEEPALIVE) == 0);
    CHECK(set(SO_PRIORITY, 6) == 0 && get(SO_PRIORITY) == 6);
    CHECK(get(SO_RCVLOWAT) == 1);
    struct linger linger = {1, 7}, found = {0};
    socklen_t length = sizeof found;
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
    CHECK(getsockopt(s[0], SOL_SOCKET, SO_LINGER, &found, &length) == 0 && found.l_onoff == 1 && found.l_linger == 7);
    CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, 4), EINVAL);

    struct timeval time = {.tv_usec = 50000}, wrong = {.tv_usec = 1000000}, back;
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == 0);
    CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof wrong), EDOM);
    CHECK_ERRNO(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &time, 8), EINVAL);
    length = sizeof back;
    CHECK(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &back, &length) == 0 && length == 16 && back.tv_sec == 0);
    struct timespec start, end;
    char byte;
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK_ERRNO(recv(s[0], &byte, 1, 0), EAGAIN);
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000 >= 45);
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) == 0);
    long sent = send(s[0], big, sizeof big, 0);
    CHECK(sent > 0 && sent < sizeof big);
    CHECK_ERRNO(send(s[0], big, sizeof big, 0), EAGAIN);
    struct timeval never = {0};
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &never, sizeof never) == 0);
    while (recv(s[1], big, sizeof big, MSG_DONTWAIT) > 0) {}
    pthread_t thread;
    void *got;
    pthread_create(&thread, NULL, reads, NULL);
    CHECK(send(s[0], big, 200000, 0) == 200000);
    pthread_join(thread, &got);
    CHECK((long)got == 200000);
    CHECK(send(s[0], "abc", 3, 0) == 3);
    CHECK(recv(s[1], big, 5, MSG_WAITALL | MSG_DONTWAIT) == 3);
    return done();
}
