// More threads than virtual CPUs, and what they share: counters, conditions, thread-local storage, join values.
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 40, ROUNDS = 2000 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static long counter;
static int turn;
static __thread long own;
static atomic_long atomic_counter;

static void *work(void *argument) {
    intptr_t number = (intptr_t)argument;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
        own += i;
        atomic_fetch_add(&atomic_counter, 1);
        if (i % 500 == 0) usleep(100);
    }
    pthread_barrier_wait(&barrier);
    pthread_mutex_lock(&lock);
    while (turn != number) pthread_cond_wait(&condition, &lock);
    turn++;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&lock);
    return (void *)(own + number);
}

static void *quick(void *argument) { return argument; }

int main(void) {
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (intptr_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)i)) { printf("threads: cannot create %ld\n", (long)i); return 1; }
    long sum = 0;
    for (intptr_t i = 0; i < THREADS; i++) {
        void *value;
        pthread_join(threads[i], &value);
        sum += (long)value - i;
    }
    int good = counter == THREADS * ROUNDS && atomic_counter == THREADS * ROUNDS && turn == THREADS &&
        sum == (long)THREADS * (ROUNDS - 1) * ROUNDS / 2;
    for (intptr_t i = 0; i < 500; i++) {
        void *value;
        pthread_t thread;
        if (pthread_create(&thread, NULL, quick, (void *)i) || pthread_join(thread, &value) || (intptr_t)value != i) good = 0;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_nsec += 20000000;
    if (now.tv_nsec >= 1000000000) now.tv_nsec -= 1000000000, now.tv_sec++;
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    if (sem_timedwait(&semaphore, &now) != -1) good = 0;
    printf(good ? "threads: ok\n" : "threads: wrong: counter %ld turn %d sum %ld\n", counter, turn, sum);
    return !good;
}
