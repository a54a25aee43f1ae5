// Hundreds of timers, each in its turn.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <stdint.h>

#define COUNT 300

int main(void) {
    int epoll = epoll_create1(0), order = 0, wrong = 0, seen = 0;
    static int files[COUNT];
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    for (int i = 0; i < COUNT; i++) {
        // 50 ms and a place in between that has nothing to do with the order they are made in.
        long when = at.tv_nsec + 50000000 + (i * 7919 % COUNT) * 100000L;
        struct itimerspec value = {.it_value = {at.tv_sec + when / 1000000000, when % 1000000000}};
        files[i] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
        timerfd_settime(files[i], TFD_TIMER_ABSTIME, &value, NULL);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, files[i], &event);
    }
    while (seen < COUNT) {
        struct epoll_event events[COUNT];
        int n = epoll_wait(epoll, events, COUNT, 5000);
        if (n <= 0) break;
        int highest = order;
        for (int i = 0; i < n; i++) {
            uint64_t count;
            int place = events[i].data.u32 * 7919 % COUNT;
            if (place < order) wrong++;
            if (place > highest) highest = place;
            if (read(files[events[i].data.u32], &count, 8) != 8 || count != 1) wrong++;
            seen++;
        }
        order = highest;
    }
    CHECK(seen == COUNT);
    CHECK(wrong == 0);
    return done();
}
