// Mutexes of all kinds, condition variables, barriers, read-write locks, semaphores and once: glibc's tools on futexes.
#include "../check.h"
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

enum { THREADS = 6, ROUNDS = 3000 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t inheriting;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t both = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t slots;
static long counter, guarded, shared_value;
static atomic_int serial, begun, torn;
static int turn;

static void begin(void) { atomic_fetch_add(&begun, 1); }

static void *work(void *argument) {
    long me = (long)argument;
    pthread_once(&once, begin);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) atomic_fetch_add(&serial, 1);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
        pthread_mutex_lock(&inheriting);
        guarded++;
        pthread_mutex_unlock(&inheriting);
        if (i % 16 == 0) {
            pthread_rwlock_wrlock(&both);
            shared_value += 2;
            pthread_rwlock_unlock(&both);
        } else {
            pthread_rwlock_rdlock(&both);
            if (shared_value % 2) atomic_fetch_add(&torn, 1);
            pthread_rwlock_unlock(&both);
        }
    }
    // In turn, by a condition variable.
    for (int i = 0; i < 20; i++) {
        pthread_mutex_lock(&mutex);
        while (turn % THREADS != me) pthread_cond_wait(&changed, &mutex);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
    sem_post(&slots);
    return NULL;
}

static struct timespec soon(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += 3000000;
    if (time.tv_nsec >= 1000000000) time.tv_sec++, time.tv_nsec -= 1000000000;
    return time;
}

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    CHECK(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0);
    CHECK(pthread_mutex_init(&inheriting, &attributes) == 0);
    pthread_barrier_init(&barrier, NULL, THREADS);
    sem_init(&slots, 0, 0);
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < THREADS; i++) sem_wait(&slots);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    CHECK(counter == THREADS * ROUNDS);
    CHECK(guarded == THREADS * ROUNDS);
    CHECK(atomic_load(&torn) == 0);
    CHECK(atomic_load(&serial) == 1);
    CHECK(atomic_load(&begun) == 1);
    CHECK(turn == THREADS * 20);

    pthread_mutex_t kinds;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&kinds, &attributes);
    CHECK(pthread_mutex_unlock(&kinds) == EPERM);
    CHECK(pthread_mutex_lock(&kinds) == 0);
    CHECK(pthread_mutex_lock(&kinds) == EDEADLK);
    CHECK(pthread_mutex_trylock(&kinds) == EBUSY);
    struct timespec time = soon(CLOCK_REALTIME);
    CHECK(pthread_mutex_timedlock(&kinds, &time) == EDEADLK);
    CHECK(pthread_mutex_unlock(&kinds) == 0);
    pthread_mutex_lock(&mutex);
    time = soon(CLOCK_REALTIME);
    CHECK(pthread_cond_timedwait(&changed, &mutex, &time) == ETIMEDOUT);
    time = soon(CLOCK_MONOTONIC);
    CHECK(pthread_cond_clockwait(&changed, &mutex, CLOCK_MONOTONIC, &time) == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
    time = soon(CLOCK_REALTIME);
    CHECK_ERRNO(sem_timedwait(&slots, &time), ETIMEDOUT);
    CHECK_ERRNO(sem_trywait(&slots), EAGAIN);
    CHECK(pthread_rwlock_wrlock(&both) == 0);
    CHECK(pthread_rwlock_trywrlock(&both) == EBUSY);
    CHECK(pthread_rwlock_rdlock(&both) == EDEADLK);
    pthread_rwlock_unlock(&both);
    return done();
}
