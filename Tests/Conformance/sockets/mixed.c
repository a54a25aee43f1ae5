// poll over sockets of the network and things inside at once: each of them ends the wait.
#include "loopback.h"
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static int ends[2], event, pipes[2], local[2];

static void *later(void *which) {
    usleep(20000);
    switch ((long)which) {
    case 0: return (void *)(long)write(ends[1], "n", 1);
    case 1: return (void *)(long)(eventfd_write(event, 1) == 0);
    case 2: return (void *)(long)write(pipes[1], "p", 1);
    default: return (void *)(long)write(local[1], "u", 1);
    }
}

int main(void) {
    CHECK(connection(AF_INET6, ends) == 0);
    event = eventfd(0, 0);
    CHECK(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, local) == 0);
    for (long which = 0; which < 4; which++) {
        struct pollfd requests[] = {{ends[0], POLLIN, 0}, {event, POLLIN, 0}, {pipes[0], POLLIN, 0}, {local[0], POLLIN, 0}};
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, later, (void *)which) == 0);
        CHECK(poll(requests, 4, 5000) == 1 && requests[which].revents == POLLIN);
        char bytes[8];
        CHECK(read(requests[which].fd, bytes, sizeof bytes) > 0);
        pthread_join(thread, NULL);
    }
    struct itimerspec soon = {.it_value = {0, 20000000}};
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(timer, 0, &soon, NULL);
    struct pollfd requests[] = {{ends[0], POLLIN, 0}, {timer, POLLIN, 0}};
    CHECK(poll(requests, 2, 5000) == 1 && requests[1].revents == POLLIN);
    CHECK(poll(requests, 1, 20) == 0);
    return done();
}
