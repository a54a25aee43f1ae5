// Clocks and sleeps.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>

static double now(clockid_t clock) {
    struct timespec t;
    return clock_gettime(clock, &t) == 0 ? t.tv_sec + t.tv_nsec / 1e9 : -1;
}
static volatile int stop;
static void *computing(void *unused) {
    while (!stop) asm volatile("");
    return unused;
}

int main(void) {
    clockid_t all[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
        CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_TAI};
    for (int i = 0; i < 9; i++) {
        struct timespec t, resolution;
        CHECK(clock_gettime(all[i], &t) == 0 && t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
        CHECK(clock_getres(all[i], &resolution) == 0 && resolution.tv_sec == 0 && resolution.tv_nsec > 0);
        CHECK(syscall(SYS_clock_getres, all[i], NULL) == 0);
    }
    double a = now(CLOCK_MONOTONIC), b = now(CLOCK_MONOTONIC);
    CHECK(b >= a);
    struct timeval day;
    CHECK(gettimeofday(&day, NULL) == 0 && day.tv_sec - time(NULL) >= -1 && day.tv_sec - time(NULL) <= 1);

    // Sleeps: for a time, and until one.
    a = now(CLOCK_MONOTONIC);
    CHECK(nanosleep(&(struct timespec){0, 10000000}, NULL) == 0);
    CHECK(now(CLOCK_MONOTONIC) - a >= 0.010);
    clockid_t usable[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};
    for (int i = 0; i < 4; i++) {
        struct timespec at;
        clock_gettime(usable[i], &at);
        at.tv_nsec += 10000000;
        if (at.tv_nsec >= 1000000000) at.tv_sec++, at.tv_nsec -= 1000000000;
        CHECK(clock_nanosleep(usable[i], TIMER_ABSTIME, &at, NULL) == 0);
        CHECK(now(usable[i]) >= at.tv_sec + at.tv_nsec / 1e9);
        CHECK(clock_nanosleep(usable[i], TIMER_ABSTIME, &at, NULL) == 0);
    }
    CHECK(nanosleep(&(struct timespec){0, 0}, NULL) == 0);
    CHECK_ERRNO(nanosleep(&(struct timespec){0, 1000000000}, NULL), EINVAL);
    CHECK_ERRNO(nanosleep(&(struct timespec){-1, 0}, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_nanosleep, 8, NULL), EFAULT);
    struct timespec little = {0, 1000};
    CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &little, NULL) == EINVAL);
    CHECK_ERRNO(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &little, NULL), EOPNOTSUPP);
    CHECK_ERRNO(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &little, NULL), EOPNOTSUPP);
    CHECK_ERRNO(syscall(SYS_clock_nanosleep, 99, 0, &little, NULL), EINVAL);
    CHECK_ERRNO(clock_gettime(99, &little), EINVAL);
    CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, 8), EFAULT);

    // CPU time: of the process, of a thread, of another thread.
    pthread_t thread;
    clockid_t other, process;
    pthread_create(&thread, NULL, computing, NULL);
    CHECK(pthread_getcpuclockid(thread, &other) == 0);
    CHECK(clock_getcpuclockid(0, &process) == 0 && clock_getcpuclockid(getpid(), &process) == 0);
    double before = now(other), mine = now(CLOCK_THREAD_CPUTIME_ID), both = now(process);
    CHECK(clock_nanosleep(process, 0, &(struct timespec){0, 50000000}, NULL) == 0);
    CHECK(now(process) - both >= 0.05);
    CHECK(now(other) - before >= 0.03);
    // Who waits uses next to nothing. A machine with other work may stop a thread just where it goes to sleep or wakes.
    double used = now(CLOCK_THREAD_CPUTIME_ID) - mine;
    for (int attempt = 0; attempt < 20 && used >= 0.03; attempt++) {
        mine = now(CLOCK_THREAD_CPUTIME_ID);
        clock_nanosleep(process, 0, &(struct timespec){0, 50000000}, NULL);
        used = now(CLOCK_THREAD_CPUTIME_ID) - mine;
    }
    CHECK(used < 0.03);
    stop = 1;
    pthread_join(thread, NULL);
    CHECK(now(process) >= now(CLOCK_THREAD_CPUTIME_ID));
    struct tms t;
    CHECK(times(&t) > 0 && t.tms_utime + t.tms_stime >= 3 && t.tms_cutime == 0);
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    CHECK(usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6 >= 0.03);

    CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &little), EINVAL);
    struct timex state = {0};
    CHECK(adjtimex(&state) >= 0 && state.time.tv_sec - time(NULL) <= 1 && state.tick == 10000);
    return done();
}
