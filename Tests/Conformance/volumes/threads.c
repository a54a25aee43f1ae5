// Threads that write to one file and to files of their own find what they wrote.
#include "../check.h"
#include <fcntl.h>
#include <pthread.h>

enum { THREADS = 4, ROUNDS = 200, PART = 1000 };
static int shared;

static void *work(void *argument) {
    long number = (long)argument;
    long failures = 0;
    char name[32], buffer[PART], found[PART];
    snprintf(name, sizeof name, "own-%ld", number);
    int own = open(name, O_RDWR | O_CREAT, 0600);
    memset(buffer, 'a' + (int)number, sizeof buffer);
    for (long round = 0; round < ROUNDS; round++) {
        long place = (round * THREADS + number) * PART;
        failures += pwrite(shared, buffer, PART, place) != PART;
        failures += pwrite(own, buffer, PART, round * PART) != PART;
        failures += pread(shared, found, PART, place) != PART || memcmp(found, buffer, PART) != 0;
        if (round % 50 == 0) failures += fdatasync(own) != 0;
    }
    for (long round = 0; round < ROUNDS; round++)
        failures += pread(own, found, PART, round * PART) != PART || memcmp(found, buffer, PART) != 0;
    close(own);
    failures += unlink(name) != 0;
    return (void *)failures;
}

int main(void) {
    pthread_t threads[THREADS];
    shared = open("shared", O_RDWR | O_CREAT, 0600);
    CHECK(shared >= 0);
    for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < THREADS; i++) {
        void *failures;
        pthread_join(threads[i], &failures);
        CHECK(failures == NULL);
    }
    char buffer[PART];
    int wrong = 0;
    for (long part = 0; part < ROUNDS * THREADS; part++)
        wrong += pread(shared, buffer, PART, part * PART) != PART || buffer[0] != 'a' + part % THREADS || buffer[PART - 1] != buffer[0];
    CHECK(wrong == 0);
    CHECK(lseek(shared, 0, SEEK_END) == (off_t)ROUNDS * THREADS * PART);
    close(shared);
    CHECK(unlink("shared") == 0);
    return done();
}
