// Reading clocks: through the vDSO and by the call itself, in order, never backwards, with the errors of clocks that are not there.
#include "../check.h"
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static long long nanoseconds(struct timespec time) { return time.tv_sec * 1000000000ll + time.tv_nsec; }
static long long by_library(clockid_t clock) {
    struct timespec time = {-1, -1};
    if (clock_gettime(clock, &time) != 0 || time.tv_nsec < 0 || time.tv_nsec > 999999999) return -1;
    return nanoseconds(time);
}
static long long by_call(clockid_t clock) {
    struct timespec time = {-1, -1};
    if (syscall(SYS_clock_gettime, clock, &time) != 0 || time.tv_nsec < 0 || time.tv_nsec > 999999999) return -1;
    return nanoseconds(time);
}

static atomic_llong latest;
static atomic_int backwards;

// No thread reads less than another has read before.
static void *race(void *unused) {
    for (int i = 0; i < 20000; i++) {
        long long before = atomic_load(&latest), now = by_library(CLOCK_MONOTONIC);
        if (now < before) atomic_fetch_add(&backwards, 1);
        while (before < now && !atomic_compare_exchange_weak(&latest, &before, now)) {}
    }
    return unused;
}

int main(void) {
    CHECK(getauxval(AT_SYSINFO_EHDR) != 0);
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE,
                                       CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_TAI, CLOCK_PROCESS_CPUTIME_ID,
                                       CLOCK_THREAD_CPUTIME_ID};
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        long long first = by_library(clocks[i]), second = by_call(clocks[i]), third = by_library(clocks[i]);
        CHECK(first >= 0 && second >= first && third + 20000000 >= second && third - first < 2000000000);
        struct timespec resolution = {-1, -1};
        CHECK(clock_getres(clocks[i], &resolution) == 0 && resolution.tv_sec == 0 && resolution.tv_nsec > 0);
        CHECK(clock_getres(clocks[i], NULL) == 0);
    }
    CHECK_ERRNO(clock_gettime(99, &(struct timespec){0}), EINVAL);
    CHECK_ERRNO(clock_gettime(15, &(struct timespec){0}), EINVAL);
    CHECK_ERRNO(clock_getres(99, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, 8), EFAULT);
    CHECK_ERRNO(syscall(SYS_clock_getres, CLOCK_MONOTONIC, 8), EFAULT);

    struct timeval day;
    struct timezone zone = {1, 1};
    CHECK(gettimeofday(&day, NULL) == 0 && day.tv_usec >= 0 && day.tv_usec < 1000000);
    CHECK(syscall(SYS_gettimeofday, NULL, &zone) == 0);
    long long real = by_library(CLOCK_REALTIME);
    CHECK(real / 1000 - (day.tv_sec * 1000000ll + day.tv_usec) < 1000000);
    CHECK(real / 1000 >= day.tv_sec * 1000000ll + day.tv_usec);
    time_t seconds = 0;
    CHECK(time(&seconds) == seconds);
    CHECK(llabs(seconds - real / 1000000000) <= 1);
    CHECK(syscall(SYS_time, NULL) >= seconds - 1);
    CHECK_ERRNO(syscall(SYS_time, 8), EFAULT);

    long long last = 0;
    int ordered = 1;
    for (int i = 0; i < 200000; i++) {
        long long now = by_library(CLOCK_MONOTONIC);
        ordered &= now >= last;
        last = now;
        if (i % 1000 == 0) {
            now = by_call(CLOCK_MONOTONIC);
            ordered &= now >= last;
            last = now;
        }
    }
    CHECK(ordered);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, race, NULL);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    CHECK(atomic_load(&backwards) == 0);
    return done();
}
