// futex_waitv: waiting at several futexes at once.
#include "../check.h"
#include <stdint.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
struct entry {
    uint64_t value, address;
    uint32_t flags, reserved;
};
static uint32_t words[4];
static struct entry entries[4];

static long waitv(void *list, unsigned count, unsigned flags, void *timeout, int clock) {
    return syscall(SYS_futex_waitv, list, count, flags, timeout, clock);
}

static void *wake_third(void *unused) {
    struct timespec time = {0, 30000000};
    nanosleep(&time, NULL);
    while (syscall(SYS_futex, &words[2], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0) nanosleep(&time, NULL);
    return unused;
}

int main(void) {
    for (int i = 0; i < 4; i++) entries[i] = (struct entry){0, (uintptr_t)&words[i], 2 | FUTEX_PRIVATE_FLAG, 0};
    CHECK_ERRNO(waitv(entries, 0, 0, NULL, 0), EINVAL);
    CHECK_ERRNO(waitv(entries, 129, 0, NULL, 0), EINVAL);
    CHECK_ERRNO(waitv(entries, 4, 1, NULL, 0), EINVAL);
    CHECK_ERRNO(waitv(NULL, 4, 0, NULL, 0), EINVAL);
    CHECK_ERRNO(waitv((void *)8, 4, 0, NULL, 0), EFAULT);
    entries[1].value = 1;
    CHECK_ERRNO(waitv(entries, 4, 0, NULL, 0), EAGAIN);
    entries[1].value = 0;
    entries[1].reserved = 1;
    CHECK_ERRNO(waitv(entries, 4, 0, NULL, 0), EINVAL);
    entries[1].reserved = 0;
    entries[3].flags = 0x40;
    CHECK_ERRNO(waitv(entries, 4, 0, NULL, 0), EINVAL);
    entries[3].flags = 2 | FUTEX_PRIVATE_FLAG;
    entries[3].address++;
    CHECK_ERRNO(waitv(entries, 4, 0, NULL, 0), EINVAL);
    entries[3].address--;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 3000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    CHECK_ERRNO(waitv(entries, 4, 0, &until, CLOCK_MONOTONIC), ETIMEDOUT);
    CHECK_ERRNO(waitv(entries, 4, 0, &until, CLOCK_BOOTTIME), EINVAL);
    clock_gettime(CLOCK_REALTIME, &until);
    CHECK_ERRNO(waitv(entries, 4, 0, &until, CLOCK_REALTIME), ETIMEDOUT);
    pthread_t thread;
    pthread_create(&thread, NULL, wake_third, NULL);
    CHECK(waitv(entries, 4, 0, NULL, 0) == 2);
    pthread_join(thread, NULL);
    return done();
}
