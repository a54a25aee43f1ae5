// Sleeps last as long as asked, by every clock, and say what was left when a signal ended them.
#include "../check.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static long long now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}
static void ignore(int signal) { (void)signal; }

int main(void) {
    struct timespec time = {0, 5000000}, left = {9, 9};
    long long before = now(CLOCK_MONOTONIC);
    CHECK(nanosleep(&time, &left) == 0);
    CHECK(now(CLOCK_MONOTONIC) - before >= 5000000);
    before = now(CLOCK_MONOTONIC);
    CHECK(clock_nanosleep(CLOCK_REALTIME, 0, &time, NULL) == 0);
    CHECK(now(CLOCK_MONOTONIC) - before >= 5000000);
    long long until = now(CLOCK_MONOTONIC) + 7000000;
    time = (struct timespec){until / 1000000000, until % 1000000000};
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == 0);
    CHECK(now(CLOCK_MONOTONIC) >= until);
    until = now(CLOCK_REALTIME) + 7000000;
    time = (struct timespec){until / 1000000000, until % 1000000000};
    CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL) == 0);
    CHECK(now(CLOCK_REALTIME) >= until);
    CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL) == 0);
    CHECK_ERRNO(nanosleep(&(struct timespec){0, 1000000000}, NULL), EINVAL);
    CHECK_ERRNO(nanosleep(&(struct timespec){-1, 0}, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_nanosleep, 8, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_clock_nanosleep, 99, 0, &time, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, 8, NULL), EFAULT);

    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {.it_value = {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    CHECK_ERRNO(nanosleep(&(struct timespec){5, 0}, &left), EINTR);
    CHECK(left.tv_sec == 4 && left.tv_nsec > 0);
    setitimer(ITIMER_REAL, &timer, NULL);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){5, 0}, &left) == EINTR);
    CHECK(left.tv_sec == 4);
    return done();
}
