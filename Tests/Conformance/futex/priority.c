// Locks with priority inheritance, through futex(2) itself: owner in the word, hand-over, errors, deadlock.
#include "../check.h"
#include <stdint.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static long futex(void *address, int operation, uint32_t value, const void *timeout, void *other, uint32_t last) {
    return syscall(SYS_futex, address, operation, value, timeout, other, last);
}
static uint32_t me(void) { return (uint32_t)syscall(SYS_gettid); }

static _Atomic uint32_t lock, second;
static atomic_int step, thread_id;

static void pause_for(long microseconds) {
    struct timespec time = {0, microseconds * 1000};
    nanosleep(&time, NULL);
}
static void await(int value) {
    while (atomic_load(&step) < value) pause_for(200);
}

static void *contender(void *unused) {
    atomic_store(&thread_id, me());
    CHECK_ERRNO(futex(&lock, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0), EAGAIN);
    CHECK_ERRNO(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0), EPERM);
    struct timespec past = {1, 0};
    CHECK_ERRNO(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, &past, NULL, 0), ETIMEDOUT);
    CHECK(futex(&second, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    atomic_store(&step, 1);
    long result = futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
    await(2);
    CHECK(result == 0);
    CHECK((lock & FUTEX_TID_MASK) == me());
    atomic_store(&step, 3);
    await(4);
    CHECK(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    CHECK(futex(&second, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    return unused;
}

static void *dying_owner(void *unused) {
    CHECK(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    atomic_store(&step, 5);
    pause_for(60000);
    return unused;
}

int main(void) {
    CHECK(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    CHECK(lock == me());
    CHECK_ERRNO(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0), EDEADLK);
    CHECK(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    CHECK(lock == 0);
    CHECK_ERRNO(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0), EPERM);
    CHECK(futex(&lock, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    CHECK_ERRNO(futex(&lock, FUTEX_LOCK_PI_PRIVATE | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex((char *)&lock + 1, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0), EINVAL);
    // Nobody has this number.
    _Atomic uint32_t orphan = 4000000;
    CHECK_ERRNO(futex((void *)&orphan, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0), ESRCH);
    // What its owner left when it died can be taken, and says so.
    orphan = FUTEX_OWNER_DIED;
    CHECK(futex((void *)&orphan, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    CHECK(orphan == (FUTEX_OWNER_DIED | me()));

    pthread_t thread;
    pthread_create(&thread, NULL, contender, NULL);
    await(1);
    pause_for(40000);
    CHECK(lock == (FUTEX_WAITERS | me()));
    CHECK_ERRNO(futex(&lock, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0), EINVAL);
    // It waits for the lock held here, so that waiting for its own would never end.
    CHECK_ERRNO(futex(&second, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0), EDEADLK);
    CHECK(futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    atomic_store(&step, 2);
    await(3);
    CHECK((lock & FUTEX_TID_MASK) == (uint32_t)atomic_load(&thread_id));
    atomic_store(&step, 4);
    pthread_join(thread, NULL);
    CHECK(lock == 0);
    CHECK(second == 0);

    pthread_create(&thread, NULL, dying_owner, NULL);
    await(5);
    CHECK(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0);
    CHECK((lock & FUTEX_TID_MASK) == me());
    CHECK((lock & FUTEX_OWNER_DIED) != 0);
    pthread_join(thread, NULL);
    return done();
}
