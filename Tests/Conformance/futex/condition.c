// FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI: a condition variable whose waiters wake up with the lock.
#include "../check.h"
#include <stdint.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static long futex(void *address, int operation, uint32_t value, uintptr_t timeout, void *other, uint32_t last) {
    return syscall(SYS_futex, address, operation, value, timeout, other, last);
}
static uint32_t me(void) { return (uint32_t)syscall(SYS_gettid); }
static _Atomic uint32_t condition, lock;
static atomic_int waiting, holding, passed;

static void pause_for(long microseconds) {
    struct timespec time = {0, microseconds * 1000};
    nanosleep(&time, NULL);
}

static void *waiter(void *unused) {
    atomic_fetch_add(&waiting, 1);
    long result = futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, 0, (void *)&lock, 0);
    int good = result == 0 && (lock & FUTEX_TID_MASK) == me() && atomic_fetch_add(&holding, 1) == 0;
    pause_for(2000);
    atomic_fetch_sub(&holding, 1);
    good &= futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, NULL, 0) == 0;
    atomic_fetch_add(&passed, good);
    return unused;
}

int main(void) {
    CHECK_ERRNO(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 1, 0, (void *)&lock, 0), EAGAIN);
    CHECK_ERRNO(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, 0, (void *)&condition, 0), EINVAL);
    struct timespec past = {1, 0};
    CHECK_ERRNO(futex(&condition, FUTEX_WAIT_REQUEUE_PI_PRIVATE, 0, (uintptr_t)&past, (void *)&lock, 0), ETIMEDOUT);
    CHECK_ERRNO(futex(&condition, FUTEX_CMP_REQUEUE_PI_PRIVATE, 2, 1, (void *)&lock, 0), EINVAL);
    CHECK_ERRNO(futex(&condition, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 1, (void *)&condition, 0), EINVAL);
    CHECK_ERRNO(futex(&condition, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 1, (void *)&lock, 7), EAGAIN);
    CHECK(futex(&condition, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 1, (void *)&lock, 0) == 0);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, waiter, NULL);
    while (atomic_load(&waiting) < 3) pause_for(200);
    pause_for(40000);
    // A plain wake is not for those who want a lock.
    CHECK_ERRNO(futex(&condition, FUTEX_WAKE_PRIVATE, 1, 0, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&condition, FUTEX_REQUEUE_PRIVATE, 1, 1, (void *)&lock, 0), EINVAL);
    // With the lock held here they queue at it, all of them.
    CHECK(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, 0, NULL, 0) == 0);
    CHECK(futex(&condition, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, 10, (void *)&lock, 0) == 3);
    CHECK(lock == (me() | FUTEX_WAITERS));
    CHECK(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, NULL, 0) == 0);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    CHECK(atomic_load(&passed) == 3);
    CHECK(lock == 0);
    return done();
}
