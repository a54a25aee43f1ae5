// The driver's lock. Held only with every signal blocked: a handler that called us while its own thread held the lock would wait
// for ever.
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "preload.h"

enum { FREE = 0, HELD = 1, CONTENDED = 2 };
static uint32_t state;
static int *owner;  // the holder's errno, which tells threads apart
static pid_t own_process;
static struct preload_hold held_over_fork;
static int holds_over_fork;

static void set_mask(const sigset_t *set, sigset_t *old) { syscall(SYS_rt_sigprocmask, SIG_SETMASK, set, old, sizeof(uint64_t)); }

void preload_lock(struct preload_hold *hold) {
    uint64_t all = UINT64_MAX;
    set_mask((const sigset_t *)&all, &hold->mask);
    uint32_t expected = FREE;
    if (!__atomic_compare_exchange_n(&state, &expected, HELD, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        while (__atomic_exchange_n(&state, CONTENDED, __ATOMIC_ACQUIRE) != FREE) {
            syscall(SYS_futex, &state, FUTEX_WAIT_PRIVATE, CONTENDED, NULL, NULL, 0);
        }
    }
    __atomic_store_n(&owner, &errno, __ATOMIC_RELAXED);
}

int preload_is_inside(void) { return __atomic_load_n(&owner, __ATOMIC_RELAXED) == &errno; }

void preload_unlock(const struct preload_hold *hold) {
    __atomic_store_n(&owner, NULL, __ATOMIC_RELAXED);
    if (__atomic_exchange_n(&state, FREE, __ATOMIC_RELEASE) == CONTENDED) {
        syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
    set_mask(&hold->mask, NULL);
}

// The child of a fork has one thread, and finds the driver at rest.
static void before_fork(void) {
    holds_over_fork = preload_is_active();
    if (!holds_over_fork) return;
    struct preload_hold hold;
    preload_lock(&hold);
    held_over_fork = hold;
}

static void in_parent(void) {
    if (!holds_over_fork) return;
    struct preload_hold hold = held_over_fork;
    preload_unlock(&hold);
}

static void in_child(void) {
    own_process = (pid_t)syscall(SYS_getpid);
    in_parent();
}

void preload_prepare_forks(void) {
    own_process = (pid_t)syscall(SYS_getpid);
    pthread_atfork(before_fork, in_parent, in_child);
}

int preload_is_own_process(void) { return (pid_t)syscall(SYS_getpid) == own_process; }
