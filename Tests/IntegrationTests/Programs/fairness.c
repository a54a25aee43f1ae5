// More computing threads than virtual CPUs, and what must still happen: others run, timers fire, signals arrive, the process ends.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { SPINNERS = 7 };
static atomic_int go, stop, alarms, kicks;
static atomic_long wrong;

/// Computes in registers between looks at the flag; an interruption that lost one would show.
static void *spin(void *argument) {
    uint64_t seed = (uint64_t)(uintptr_t)argument * 7919 + 1;
    while (!stop) {
        uint64_t x = seed, y = 0;
        double d = (double)seed, e = 0;
        for (int i = 0; i < 20000; i++) x = x * 6364136223846793005ull + 1442695040888963407ull, y ^= x >> 33, d = d * 0.999 + 1.0, e += d;
        uint64_t x2 = seed, y2 = 0;
        double d2 = (double)seed, e2 = 0;
        for (int i = 0; i < 20000; i++) x2 = x2 * 6364136223846793005ull + 1442695040888963407ull, y2 ^= x2 >> 33, d2 = d2 * 0.999 + 1.0, e2 += d2;
        if (y != y2 || memcmp(&e, &e2, sizeof e)) wrong++;
    }
    return argument;
}

static void *wait_for_go(void *argument) {
    while (!go) {}
    return argument;
}

static void *say_go(void *argument) {
    go = 1;
    return argument;
}

static void on_signal(int signal) {
    if (signal == SIGALRM) alarms++;
    else kicks++;
}

static void *leave(void *argument) {
    usleep(20000);
    exit((int)(intptr_t)argument);
}

int main(void) {
    pthread_t waiters[SPINNERS], sayer;
    for (int i = 0; i < SPINNERS; i++) pthread_create(&waiters[i], NULL, wait_for_go, NULL);
    pthread_create(&sayer, NULL, say_go, NULL);
    for (int i = 0; i < SPINNERS; i++) pthread_join(waiters[i], NULL);
    pthread_join(sayer, NULL);
    signal(SIGALRM, on_signal);
    signal(SIGUSR1, on_signal);
    pthread_t spinners[SPINNERS];
    for (intptr_t i = 0; i < SPINNERS; i++) pthread_create(&spinners[i], NULL, spin, (void *)i);
    struct itimerval timer = {{0, 20000}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    while (alarms < 10) {}
    for (int i = 0; i < SPINNERS; i++) {
        int before = kicks;
        pthread_kill(spinners[i], SIGUSR1);
        while (kicks == before) {}
    }
    memset(&timer, 0, sizeof timer);
    setitimer(ITIMER_REAL, &timer, NULL);
    stop = 1;
    for (int i = 0; i < SPINNERS; i++) pthread_join(spinners[i], NULL);
    printf(wrong ? "fairness: %ld wrong results\n" : "fairness: ok\n", (long)wrong);
    fflush(stdout);
    pthread_t leaver;
    pthread_create(&leaver, NULL, leave, (void *)(intptr_t)(wrong != 0));
    for (;;) {}
}
