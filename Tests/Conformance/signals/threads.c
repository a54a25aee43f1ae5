// Which thread takes a signal of the process.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

static volatile pthread_t taker;
static volatile sig_atomic_t handled;
static volatile int stop;
static void handler(int signal) { taker = pthread_self(), handled++, (void)signal; }
static void wait_for(int count) {
    for (int i = 0; i < 500 && handled < count; i++) nanosleep(&(struct timespec){0, 10000000}, NULL);
}
static void *sleeper(void *unused) {
    while (!stop) nanosleep(&(struct timespec){0, 10000000}, NULL);
    return unused;
}
static void *computing(void *unused) {
    while (!stop) asm volatile("");
    return unused;
}
static void *killer(void *unused) {
    // The first thread blocks everything while it makes this one.
    usleep(20000);
    kill(getpid(), SIGUSR1);
    // A thread that ends looks at what is pending, too.
    usleep(50000);
    return unused;
}
static void leave(int signal) { (void)signal; }
static void *receiver(void *unused) {
    pause();
    return unused;
}

int main(void) {
    pthread_t thread, second, main_thread = pthread_self();
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    sigset_t set, none;
    sigemptyset(&set), sigaddset(&set, SIGUSR1), sigemptyset(&none);

    // The first thread takes it where it can, whoever sends it.
    pthread_create(&thread, NULL, killer, NULL);
    pthread_join(thread, NULL);
    wait_for(1);
    CHECK(handled == 1 && taker == main_thread);

    // Otherwise one that does not block it: one that sleeps, one that computes.
    pthread_create(&thread, NULL, sleeper, NULL);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    wait_for(2);
    CHECK(handled == 2 && taker == thread);
    stop = 1;
    pthread_join(thread, NULL);
    stop = 0;
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    pthread_create(&thread, NULL, computing, NULL);
    nanosleep(&(struct timespec){0, 20000000}, NULL);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    wait_for(3);
    CHECK(handled == 3 && taker == thread);
    // pthread_kill reaches the one it names.
    pthread_kill(thread, SIGUSR1);
    wait_for(4);
    CHECK(handled == 4 && taker == thread);
    stop = 1;
    pthread_join(thread, NULL);

    // Nobody takes it: it waits for the first that does.
    kill(getpid(), SIGUSR1);
    CHECK(handled == 4);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    CHECK(handled == 5 && taker == main_thread);

    // A thread inherits the mask; an end with something pending takes nothing with it.
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_create(&thread, NULL, killer, NULL);
    pthread_join(thread, NULL);
    sigset_t pending;
    sigpending(&pending);
    CHECK(handled == 5 && sigismember(&pending, SIGUSR1));
    CHECK_ERRNO(sigsuspend(&none), EINTR);
    CHECK(handled == 6);

    // Signals of a thread are its own.
    pthread_create(&second, NULL, receiver, NULL);
    pthread_kill(second, SIGUSR1);
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGUSR1));
    CHECK(pthread_kill(second, 0) == 0 && pthread_kill(second, 99) == EINVAL);
    signal(SIGUSR2, leave);
    for (int i = 0; i < 10; i++) {
        pthread_kill(second, SIGUSR2);
        nanosleep(&(struct timespec){0, 10000000}, NULL);
        if (pthread_tryjoin_np(second, NULL) == 0) break;
        if (i == 9) return 1;
    }
    CHECK(handled == 6);
    return done();
}
