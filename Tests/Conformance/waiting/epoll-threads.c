// Threads that wait on one set: each event wakes one; a signal mask for the wait; deadlines.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>

static int set, counter;
static atomic_int woken, handled;
static void handle(int signal) { handled++; }

static void *waits(void *unused) {
    struct epoll_event e;
    int n = epoll_wait(set, &e, 1, 5000);
    if (n == 1) woken++;
    return NULL;
}

static void *writes(void *unused) {
    struct timespec pause = {.tv_nsec = 30000000};
    nanosleep(&pause, NULL);
    eventfd_write(counter, 1);
    return NULL;
}

static long elapsed(struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

int main(void) {
    pthread_t threads[4], writer;
    struct timespec start;
    struct epoll_event e, event = {.events = EPOLLIN | EPOLLET};
    set = epoll_create1(0);
    counter = eventfd(0, EFD_NONBLOCK);
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, counter, &event) == 0);

    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK(epoll_wait(set, &e, 1, 50) == 0);
    CHECK(elapsed(&start) >= 49);

    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, waits, NULL);
    struct timespec pause = {.tv_nsec = 50000000};
    nanosleep(&pause, NULL);
    CHECK(woken == 0);
    for (int i = 1; i <= 4; i++) {
        eventfd_write(counter, 1);
        for (int spin = 0; spin < 200 && woken < i; spin++) nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        CHECK(woken == i);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);

    pthread_create(&writer, NULL, writes, NULL);
    CHECK(epoll_wait(set, &e, 1, -1) == 1 && e.events == EPOLLIN);
    pthread_join(writer, NULL);

    struct sigaction action = {.sa_handler = handle};
    sigaction(SIGUSR1, &action, NULL);
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGUSR1);
    CHECK(handled == 0);
    CHECK(epoll_pwait(set, &e, 1, 0, &blocked) == 0);
    CHECK_ERRNO(epoll_pwait(set, &e, 1, 2000, &none), EINTR);
    CHECK(handled == 1);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR1));
    struct timespec short_time = {.tv_nsec = 20000000}, wrong = {.tv_nsec = 2000000000};
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK(epoll_pwait2(set, &e, 1, &short_time, NULL) == 0);
    CHECK(elapsed(&start) >= 19);
    CHECK_ERRNO(epoll_pwait2(set, &e, 1, &wrong, NULL), EINVAL);
    return done();
}
