// exit_group from any thread ends all of them: those that wait, those that compute, and the first one.
#include "../check.h"
#include <pthread.h>
#include <time.h>

static atomic_int started;

static void *compute(void *unused) {
    atomic_fetch_add(&started, 1);
    for (volatile long i = 0;; i++) {}
    return unused;
}
static void *wait_for_ever(void *unused) {
    atomic_fetch_add(&started, 1);
    pause();
    return unused;
}
static void *end_all(void *unused) {
    while (atomic_load(&started) < 5) sched_yield();
    PRINT("the end");
    exit(done() + 23);
    return unused;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&thread, NULL, compute, NULL) == 0);
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
    CHECK(pthread_create(&thread, NULL, end_all, NULL) == 0);
    atomic_fetch_add(&started, 1);
    for (;;) pause();
}
