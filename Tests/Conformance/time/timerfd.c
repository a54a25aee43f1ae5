// timerfd: expirations to be read and waited for.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(void) {
    uint64_t count = 0;
    struct itimerspec value, old;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_NONBLOCK));
    CHECK(timerfd_gettime(fd, &value) == 0 && value.it_value.tv_sec == 0 && value.it_value.tv_nsec == 0);
    CHECK_ERRNO(read(fd, &count, 8), EAGAIN);
    CHECK_ERRNO(read(fd, &count, 4), EINVAL);
    CHECK_ERRNO(write(fd, &count, 8), EINVAL);

    // Once, in 20 ms.
    value = (struct itimerspec){.it_value = {0, 20000000}};
    double begin = now(CLOCK_MONOTONIC);
    CHECK(timerfd_settime(fd, 0, &value, &old) == 0 && old.it_value.tv_nsec == 0);
    CHECK(timerfd_gettime(fd, &old) == 0 && old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 20000000 && old.it_interval.tv_nsec == 0);
    struct pollfd entry = {fd, POLLIN, 0};
    CHECK(poll(&entry, 1, 5000) == 1 && entry.revents == POLLIN);
    double took = now(CLOCK_MONOTONIC) - begin;
    CHECK(took >= 0.020 && took < 1);
    CHECK(read(fd, &count, 8) == 8 && count == 1);
    CHECK_ERRNO(read(fd, &count, 8), EAGAIN);
    CHECK(timerfd_gettime(fd, &old) == 0 && old.it_value.tv_nsec == 0 && old.it_value.tv_sec == 0);

    // Again and again: what was missed is counted.
    value = (struct itimerspec){.it_value = {0, 1000000}, .it_interval = {0, 5000000}};
    timerfd_settime(fd, 0, &value, NULL);
    nanosleep(&(struct timespec){0, 32000000}, NULL);
    CHECK(read(fd, &count, 8) == 8 && count >= 7 && count < 100);
    fcntl(fd, F_SETFL, 0);
    CHECK(read(fd, &count, 8) == 8 && count >= 1);
    CHECK(timerfd_gettime(fd, &old) == 0 && old.it_interval.tv_nsec == 5000000 && old.it_value.tv_nsec > 0);
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    CHECK(epoll_wait(epoll, &event, 1, 5000) == 1);
    read(fd, &count, 8);
    CHECK(epoll_wait(epoll, &event, 1, 5000) == 1);

    // Stopped.
    value = (struct itimerspec){0};
    CHECK(timerfd_settime(fd, 0, &value, &old) == 0 && old.it_interval.tv_nsec == 5000000);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    CHECK_ERRNO(read(fd, &count, 8), EAGAIN);

    // At a time that a clock shows; one that has passed is due at once.
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    value = (struct itimerspec){.it_value = {at.tv_sec, 0}};
    value.it_value.tv_nsec = at.tv_nsec + 20000000;
    if (value.it_value.tv_nsec >= 1000000000) value.it_value.tv_sec++, value.it_value.tv_nsec -= 1000000000;
    CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &value, NULL) == 0);
    CHECK(poll(&entry, 1, 5000) == 1 && now(CLOCK_MONOTONIC) >= value.it_value.tv_sec + value.it_value.tv_nsec / 1e9);
    value = (struct itimerspec){.it_value = {at.tv_sec - 1, at.tv_nsec}, .it_interval = {0, 100000000}};
    timerfd_settime(fd, TFD_TIMER_ABSTIME, &value, NULL);
    CHECK(read(fd, &count, 8) == 8 && count >= 10 && count < 100);
    int wall = timerfd_create(CLOCK_REALTIME, 0);
    clock_gettime(CLOCK_REALTIME, &at);
    value = (struct itimerspec){.it_value = {at.tv_sec - 1, at.tv_nsec}};
    CHECK(timerfd_settime(wall, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &value, NULL) == 0);
    CHECK(read(wall, &count, 8) == 8 && count == 1);
    CHECK(timerfd_create(CLOCK_BOOTTIME, 0) >= 0);

    CHECK_ERRNO(timerfd_create(99, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 1), EINVAL);
    value.it_value.tv_nsec = 1000000000;
    CHECK_ERRNO(timerfd_settime(fd, 0, &value, NULL), EINVAL);
    value.it_value.tv_nsec = 0;
    CHECK_ERRNO(timerfd_settime(fd, 8, &value, NULL), EINVAL);
    CHECK_ERRNO(timerfd_settime(0, 0, &value, NULL), EINVAL);
    CHECK_ERRNO(timerfd_settime(77, 0, &value, NULL), EBADF);
    CHECK_ERRNO(timerfd_gettime(77, &value), EBADF);
    CHECK_ERRNO(syscall(SYS_timerfd_settime, fd, 0, NULL, NULL), EFAULT);
    return done();
}
