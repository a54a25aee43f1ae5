// Threads that map, touch, protect and unmap at the same time, each in ranges of its own.
#include "../check.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
static atomic_int wrong;

static void *work(void *argument) {
    long seed = (long)argument;
    for (int round = 0; round < 200; round++) {
        int pages = 1 + (seed * 7 + round * 13) % 40;
        char *p = mmap(NULL, pages * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) {
            wrong++;
            continue;
        }
        for (int i = 0; i < pages; i++) {
            if (p[i * PAGE]) wrong++;
            p[i * PAGE] = (char)seed;
        }
        if (mprotect(p, PAGE, PROT_READ) || p[0] != (char)seed) wrong++;
        for (int i = 0; i < pages; i++)
            if (p[i * PAGE] != (char)seed) wrong++;
        if (round % 3 == 0 && madvise(p, pages * PAGE, MADV_DONTNEED)) wrong++;
        if (munmap(p, pages * PAGE)) wrong++;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[8];
    for (long i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0);
    for (int i = 0; i < 8; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(wrong == 0);
    return done();
}
