// Threads that end with locks held: robust mutexes of glibc, with and without priority inheritance, and the list itself.
#include "../check.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static pthread_mutex_t mutex;
static atomic_int held;

static void *die_holding(void *unused) {
    CHECK(pthread_mutex_lock(&mutex) == 0);
    atomic_store(&held, 1);
    struct timespec time = {0, 30000000};
    nanosleep(&time, NULL);
    return unused;
}

static void try_protocol(int protocol) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    CHECK(pthread_mutexattr_setprotocol(&attributes, protocol) == 0);
    CHECK(pthread_mutex_init(&mutex, &attributes) == 0);
    // The owner is gone before anybody asks.
    pthread_t thread;
    atomic_store(&held, 0);
    pthread_create(&thread, NULL, die_holding, NULL);
    pthread_join(thread, NULL);
    CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD);
    CHECK(pthread_mutex_consistent(&mutex) == 0);
    CHECK(pthread_mutex_unlock(&mutex) == 0);
    // The owner goes while somebody waits.
    atomic_store(&held, 0);
    pthread_create(&thread, NULL, die_holding, NULL);
    while (!atomic_load(&held)) sched_yield();
    CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD);
    // Given up without being made consistent: of no use from then on.
    CHECK(pthread_mutex_unlock(&mutex) == 0);
    CHECK(pthread_mutex_lock(&mutex) == ENOTRECOVERABLE);
    pthread_join(thread, NULL);
    CHECK(pthread_mutex_destroy(&mutex) == 0);
}

int main(void) {
    struct robust_list_head *head = NULL;
    size_t length = 0;
    CHECK(syscall(SYS_get_robust_list, 0, &head, &length) == 0);
    CHECK(length == sizeof(struct robust_list_head));
    CHECK(head != NULL);
    CHECK_ERRNO(syscall(SYS_set_robust_list, head, length + 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_get_robust_list, 4000000, &head, &length), ESRCH);
    CHECK_ERRNO(syscall(SYS_get_robust_list, 0, (void *)8, &length), EFAULT);
    CHECK(syscall(SYS_set_robust_list, head, length) == 0);
    try_protocol(PTHREAD_PRIO_NONE);
    try_protocol(PTHREAD_PRIO_INHERIT);
    return done();
}
