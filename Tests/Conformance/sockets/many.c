// Forty connections at once: several threads answer what comes in, none is forgotten.
#include "loopback.h"
#include <sys/epoll.h>

enum { CONNECTIONS = 40, ROUNDS = 25, WORKERS = 3 };
static int set;
static _Atomic int answered, closed;

static void *work(void *unused) {
    (void)unused;
    struct epoll_event event;
    while (closed < CONNECTIONS) {
        if (epoll_wait(set, &event, 1, 100) != 1) continue;
        char bytes[64];
        long count = read(event.data.fd, bytes, sizeof bytes);
        if (count > 0) {
            answered += (int)count;
            if (write(event.data.fd, bytes, count) != count) break;
            event.events = EPOLLIN | EPOLLONESHOT;
            epoll_ctl(set, EPOLL_CTL_MOD, event.data.fd, &event);
        } else {
            close(event.data.fd);
            closed++;
        }
    }
    return NULL;
}

int main(void) {
    struct sockaddr_storage address;
    socklen_t length;
    int listener = listening(AF_INET, &address, &length), clients[CONNECTIONS], good = 0;
    set = epoll_create1(0);
    for (int i = 0; i < CONNECTIONS; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(clients[i], (struct sockaddr *)&address, length) != 0) break;
        int one = accept(listener, NULL, NULL);
        struct epoll_event event = {EPOLLIN | EPOLLONESHOT, {.fd = one}};
        good += epoll_ctl(set, EPOLL_CTL_ADD, one, &event) == 0;
    }
    CHECK(good == CONNECTIONS);
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0);
    int echoed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CONNECTIONS; i++) if (write(clients[i], "x", 1) != 1) return 1;
        for (int i = 0; i < CONNECTIONS; i++) {
            char byte;
            echoed += read(clients[i], &byte, 1) == 1 && byte == 'x';
        }
    }
    CHECK(echoed == CONNECTIONS * ROUNDS);
    CHECK(answered == CONNECTIONS * ROUNDS);
    for (int i = 0; i < CONNECTIONS; i++) close(clients[i]);
    for (int i = 0; i < WORKERS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(closed == CONNECTIONS);
    return done();
}
