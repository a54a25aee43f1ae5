// Sequences of packets: connections as a stream has them, boundaries as datagrams have them.
#include "../check.h"
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0packets"};
#define LENGTH (offsetof(struct sockaddr_un, sun_path) + 8)

static void *connects(void *unused) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    connect(s, (void *)&address, LENGTH);
    send(s, "from the thread", 15, 0);
    return (void *)(long)s;
}

int main(void) {
    char buffer[64];
    int l = socket(AF_UNIX, SOCK_SEQPACKET, 0), lone = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    CHECK_ERRNO(send(lone, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(recv(lone, buffer, 1, 0), ENOTCONN);
    CHECK(bind(l, (void *)&address, LENGTH) == 0 && listen(l, 1) == 0);
    CHECK_ERRNO(listen(lone, 1), EINVAL);
    CHECK_ERRNO(accept4(l, NULL, NULL, SOCK_NONBLOCK | 2), EINVAL);
    int stream = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(connect(stream, (void *)&address, LENGTH), ECONNREFUSED);
    CHECK(bind(stream, (void *)&address, LENGTH) == 0);
    pthread_t thread;
    void *other;
    pthread_create(&thread, NULL, connects, NULL);
    int a = accept(l, NULL, NULL);
    pthread_join(thread, &other);
    int c = (long)other;
    CHECK(a >= 0 && c >= 0);
    struct pollfd f = {l, POLLIN | POLLOUT, 0};
    CHECK(poll(&f, 1, 0) == 0);
    CHECK(recv(a, buffer, 4, MSG_TRUNC) == 15);
    CHECK(send(a, "ab", 2, 0) == 2 && send(a, "", 0, 0) == 0 && send(a, "cd", 2, MSG_EOR) == 2);
    CHECK(recv(c, buffer, 64, 0) == 2);
    CHECK(recv(c, buffer, 64, 0) == 0);
    CHECK(recv(c, buffer, 1, 0) == 1 && buffer[0] == 'c');
    CHECK_ERRNO(recv(c, buffer, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(sendto(c, "addressed", 9, 0, (void *)&address, LENGTH) == 9);
    CHECK(recv(a, buffer, 64, 0) == 9);
    CHECK(shutdown(c, SHUT_WR) == 0);
    CHECK(recv(a, buffer, 64, 0) == 0);
    CHECK_ERRNO(send(c, "x", 1, 0), EPIPE);
    close(a);
    CHECK(recv(c, buffer, 64, 0) == 0);
    f = (struct pollfd){c, POLLIN | POLLOUT | POLLRDHUP, 0};
    CHECK(poll(&f, 1, 0) == 1 && f.revents == (POLLIN | POLLOUT | POLLRDHUP | POLLHUP));

    int waiting[4], connected = 0;
    for (int i = 0; i < 4; i++) {
        waiting[i] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
        if (connect(waiting[i], (void *)&address, LENGTH) == 0) connected++;
    }
    CHECK(errno == EAGAIN && connected == 2);
    f = (struct pollfd){l, POLLIN | POLLOUT, 0};
    CHECK(poll(&f, 1, 0) == 1 && f.revents == POLLIN);
    close(l);
    CHECK_ERRNO(recv(waiting[0], buffer, 1, 0), ECONNRESET);
    CHECK_ERRNO(connect(waiting[3], (void *)&address, LENGTH), ECONNREFUSED);
    return done();
}
