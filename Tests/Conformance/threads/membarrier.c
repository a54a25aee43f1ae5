// membarrier: what must be registered first, what is refused, and that it orders what other processors see.
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include "../check.h"

static long barrier(int command, unsigned flags) { return syscall(SYS_membarrier, command, flags, 0); }

// Dekker's handshake with the costly barrier on one side only: both cannot read 0.
static atomic_int turn, done_turn, mine, theirs, seen_by_other, stop;

static void *light(void *unused) {
    (void)unused;
    for (int round = 1; !atomic_load_explicit(&stop, memory_order_acquire); round++) {
        while (atomic_load_explicit(&turn, memory_order_acquire) != round)
            if (atomic_load_explicit(&stop, memory_order_acquire)) return NULL;
        atomic_store_explicit(&theirs, 1, memory_order_relaxed);
        atomic_signal_fence(memory_order_seq_cst);
        atomic_store_explicit(&seen_by_other, atomic_load_explicit(&mine, memory_order_relaxed), memory_order_relaxed);
        atomic_store_explicit(&done_turn, round, memory_order_release);
    }
    return NULL;
}

static int handshakes(int rounds) {
    int both = 0;
    for (int round = 1; round <= rounds; round++) {
        atomic_store(&mine, 0);
        atomic_store(&theirs, 0);
        atomic_store(&turn, round);
        atomic_store_explicit(&mine, 1, memory_order_relaxed);
        if (barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0) != 0) return -1;
        int seen = atomic_load_explicit(&theirs, memory_order_relaxed);
        while (atomic_load_explicit(&done_turn, memory_order_acquire) != round) sched_yield();
        both += seen == 0 && atomic_load(&seen_by_other) == 0;
    }
    return both;
}

static void *computes(void *unused) {
    (void)unused;
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
    }
    return NULL;
}

static void *calls(void *unused) {
    (void)unused;
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) syscall(SYS_gettid);
    return NULL;
}

static void *passes(void *failed) {
    for (int i = 0; i < 50; i++)
        if (barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0) != 0) atomic_fetch_add((atomic_int *)failed, 1);
    return NULL;
}

static void beside_others(void *(*body)(void *)) {
    pthread_t threads[3];
    atomic_store(&stop, 0);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, body, NULL);
    int failures = 0;
    for (int i = 0; i < 20; i++) failures += barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0) != 0;
    CHECK(failures == 0);
    CHECK(barrier(MEMBARRIER_CMD_GLOBAL, 0) == 0);
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}

static void refusals(void) {
    long offered = barrier(MEMBARRIER_CMD_QUERY, 0);
    CHECK(offered > 0);
    CHECK(offered & MEMBARRIER_CMD_GLOBAL);
    CHECK(offered & MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    CHECK(offered & MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
    CHECK_ERRNO(barrier(MEMBARRIER_CMD_QUERY, 1), EINVAL);
    CHECK_ERRNO(barrier(MEMBARRIER_CMD_GLOBAL, 1), EINVAL);
    CHECK_ERRNO(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 1), EINVAL);
    CHECK_ERRNO(barrier(1 << 20, 0), EINVAL);
    CHECK_ERRNO(barrier(-1, 0), EINVAL);
    CHECK_ERRNO(barrier(MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0), EINVAL);
    CHECK_ERRNO(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0), EPERM);
    CHECK(barrier(512, 0) == 0);
    CHECK(barrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0) == 0);
    CHECK(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0) == 0);
    CHECK(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0) == 0);
    CHECK(barrier(512, 0) == MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
    CHECK(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0) == 0);
}

int main(void) {
    refusals();
    pthread_t other;
    pthread_create(&other, NULL, light, NULL);
    CHECK(handshakes(2000) == 0);
    atomic_store(&stop, 1);
    pthread_join(other, NULL);
    beside_others(computes);
    beside_others(calls);
    atomic_int failed = 0;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, passes, &failed);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    CHECK(failed == 0);
    return done();
}
