// The default action of a signal ends the program, all threads of it, with the signal's status.
#include "../check.h"
#include <pthread.h>
#include <signal.h>

static void *sleeper(void *unused) {
    pause();
    return unused;
}
static void *computing(void *unused) {
    for (;;) asm volatile("");
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, sleeper, NULL);
    pthread_create(&thread, NULL, computing, NULL);
    CHECK(raise(SIGURG) == 0 && raise(SIGWINCH) == 0 && raise(SIGCONT) == 0 && raise(SIGCHLD) == 0);
    done();
    kill(getpid(), SIGTERM);
    for (;;) pause();
}
