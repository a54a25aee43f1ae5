// What a signal does to a thread that waits at a futex: EINTR, or the wait goes on, as the kernel's rules say.
#include "../check.h"
#include <stdint.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

static _Atomic uint32_t word, lock;
static atomic_int handled, ready;

static long futex(void *address, int operation, uint32_t value, const void *timeout) {
    return syscall(SYS_futex, address, operation, value, timeout, NULL, ~0u);
}
static void on_signal(int signal) { atomic_fetch_add(&handled, signal != 0); }
static void handle(int flags) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
}
static void pause_for(long microseconds) {
    struct timespec time = {0, microseconds * 1000};
    nanosleep(&time, NULL);
}

struct job {
    int operation;
    void *address;
    const struct timespec *timeout;
    long result;
    int error;
};

static void *perform(void *argument) {
    struct job *job = argument;
    atomic_store(&ready, 1);
    job->result = futex(job->address, job->operation, 0, job->timeout);
    job->error = errno;
    return NULL;
}

// Interrupts the job once; what it has returned by then, or after `release`.
static void interrupt(struct job *job, void (*release)(void)) {
    pthread_t thread;
    atomic_store(&ready, 0);
    int before = atomic_load(&handled);
    pthread_create(&thread, NULL, perform, job);
    while (!atomic_load(&ready)) pause_for(100);
    pause_for(30000);
    pthread_kill(thread, SIGUSR1);
    while (atomic_load(&handled) == before) pause_for(100);
    pause_for(20000);
    if (release) release();
    pthread_join(thread, NULL);
}

static void wake(void) { futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL); }
static void unlock(void) { futex(&lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL); }

int main(void) {
    struct timespec minute = {60, 0};
    struct job plain = {FUTEX_WAIT_PRIVATE, (void *)&word, NULL, 0, 0};
    struct job timed = {FUTEX_WAIT_PRIVATE, (void *)&word, &minute, 0, 0};
    struct job inheriting = {FUTEX_LOCK_PI_PRIVATE, (void *)&lock, NULL, 0, 0};
    handle(0);
    interrupt(&plain, NULL);
    CHECK(plain.result == -1 && plain.error == EINTR);
    interrupt(&timed, NULL);
    CHECK(timed.result == -1 && timed.error == EINTR);
    // With SA_RESTART the wait goes on, but not one with a time.
    handle(SA_RESTART);
    interrupt(&plain, wake);
    CHECK(plain.result == 0);
    interrupt(&timed, NULL);
    CHECK(timed.result == -1 && timed.error == EINTR);
    // A lock goes on whatever the handler says.
    handle(0);
    CHECK(futex(&lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL) == 0);
    interrupt(&inheriting, unlock);
    CHECK(inheriting.result == 0);
    CHECK(atomic_load(&handled) == 5);
    return done();
}
