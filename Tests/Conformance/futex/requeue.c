// FUTEX_REQUEUE, FUTEX_CMP_REQUEUE and FUTEX_WAKE_OP with real waiters.
#include "../check.h"
#include <stdint.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static long futex(void *address, int operation, uint32_t value, uintptr_t timeout, void *other, uint32_t last) {
    return syscall(SYS_futex, address, operation, value, timeout, other, last);
}

static uint32_t first, second, other;
static atomic_int waiting, woken;

static void *wait_at_first(void *unused) {
    atomic_fetch_add(&waiting, 1);
    while (futex(&first, FUTEX_WAIT_PRIVATE, 0, 0, NULL, 0) != 0)
        if (errno != EINTR) break;
    atomic_fetch_add(&woken, 1);
    return unused;
}

static void pause_for(long microseconds) {
    struct timespec time = {0, microseconds * 1000};
    nanosleep(&time, NULL);
}

static void all_wait(int count) {
    while (atomic_load(&waiting) < count) pause_for(100);
    pause_for(30000);
}

static int wait_until_woken(int count) {
    for (int i = 0; i < 2000 && atomic_load(&woken) < count; i++) pause_for(1000);
    pause_for(20000);
    return atomic_load(&woken);
}

int main(void) {
    pthread_t threads[6];
    for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, wait_at_first, NULL);
    all_wait(6);
    CHECK_ERRNO(futex(&first, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &second, 5), EAGAIN);
    CHECK_ERRNO(futex(&first, FUTEX_CMP_REQUEUE_PRIVATE, -1, 1, &second, 0), EINVAL);
    CHECK_ERRNO(futex(&first, FUTEX_REQUEUE_PRIVATE, 1, (uintptr_t)-1, &second, 0), EINVAL);
    CHECK_ERRNO(futex(&first, FUTEX_REQUEUE_PRIVATE, 1, 1, (char *)&second + 1, 0), EINVAL);
    // One wakes, two move, three stay.
    CHECK(futex(&first, FUTEX_CMP_REQUEUE_PRIVATE, 1, 2, &second, 0) == 3);
    CHECK(wait_until_woken(1) == 1);
    CHECK(futex(&second, FUTEX_WAKE_PRIVATE, 10, 0, NULL, 0) == 2);
    CHECK(wait_until_woken(3) == 3);
    // None wakes, one moves.
    CHECK(futex(&first, FUTEX_REQUEUE_PRIVATE, 0, 1, &second, 0) == 1);
    CHECK(wait_until_woken(3) == 3);
    // A wake at either word, the second one only if its old value was as told.
    other = 5;
    CHECK(futex(&first, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 4)) == 1);
    CHECK(other == 8);
    CHECK(wait_until_woken(4) == 4);
    CHECK(futex(&other, FUTEX_WAKE_OP_PRIVATE, 1, 1, &second, FUTEX_OP(FUTEX_OP_SET, 9, FUTEX_OP_CMP_LT, 1)) == 1);
    CHECK(second == 9);
    CHECK(wait_until_woken(5) == 5);
    other = 0xff;
    CHECK(futex(&second, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(FUTEX_OP_ANDN, 0xf, FUTEX_OP_CMP_NE, 0)) == 0);
    CHECK(other == 0xf0);
    CHECK(futex(&second, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(FUTEX_OP_XOR, 0xff, FUTEX_OP_CMP_GE, 0)) == 0);
    CHECK(other == 0x0f);
    CHECK(futex(&second, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 8, FUTEX_OP_CMP_GT, 0)) == 0);
    CHECK(other == 0x10f);
    CHECK_ERRNO(futex(&second, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(7, 1, FUTEX_OP_CMP_EQ, 0)), ENOSYS);
    CHECK_ERRNO(futex(&second, FUTEX_WAKE_OP_PRIVATE, 1, 1, (void *)8, FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 0)), EFAULT);
    CHECK(futex(&first, FUTEX_WAKE_PRIVATE, 10, 0, NULL, 0) == 1);
    for (int i = 0; i < 6; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    return done();
}
