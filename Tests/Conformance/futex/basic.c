// FUTEX_WAIT and FUTEX_WAKE: values, counts, bitsets, and every error that needs no second thread.
#include "../check.h"
#include <stdint.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

static long futex(void *address, int operation, uint32_t value, const void *timeout, void *other, uint32_t last) {
    return syscall(SYS_futex, address, operation, value, timeout, other, last);
}

int main(void) {
    static uint32_t word = 7;
    struct timespec soon = {0, 2000000}, bad = {0, 1000000000}, negative = {-1, 0};
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 8, NULL, NULL, 0), EAGAIN);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 8, NULL, NULL, 0), EAGAIN);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 7, &soon, NULL, 0), ETIMEDOUT);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 7, &bad, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 7, &negative, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 7, (void *)1, NULL, 0), EFAULT);
    CHECK_ERRNO(futex((char *)&word + 1, FUTEX_WAIT, 7, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex((char *)&word + 2, FUTEX_WAKE, 1, NULL, NULL, 0), EINVAL);
    CHECK(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0) == 0);
    CHECK(futex(&word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0) == 0);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET, 7, &soon, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET, 8, NULL, NULL, 1), EAGAIN);
    // Absolute times that have passed, on both clocks.
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET, 7, &soon, NULL, ~0u), ETIMEDOUT);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 7, &soon, NULL, ~0u), ETIMEDOUT);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 5000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 7, &until, NULL, ~0u), ETIMEDOUT);
    struct timespec after;
    clock_gettime(CLOCK_REALTIME, &after);
    CHECK(after.tv_sec > until.tv_sec || (after.tv_sec == until.tv_sec && after.tv_nsec >= until.tv_nsec));
    CHECK_ERRNO(futex(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(&word, 2, 1, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(&word, 99, 1, NULL, NULL, 0), ENOSYS);
    // Not mapped: a private futex is only a number, a shared one is looked up.
    char *gone = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(gone, 4096);
    CHECK(futex(gone, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
    CHECK_ERRNO(futex(gone, FUTEX_WAKE, 1, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex(gone, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex((void *)~3ul, FUTEX_WAKE, 1, NULL, NULL, 0), EFAULT);
    return done();
}
