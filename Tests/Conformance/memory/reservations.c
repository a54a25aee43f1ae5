// Ranges of many GiB that are only reserved, of which parts are committed: what garbage collectors do.
#include "../check.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define GIB (1UL << 30)
#define RESERVE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
    char *p = mmap(NULL, 8 * GIB, PROT_NONE, RESERVE, -1, 0);
    CHECK(p != MAP_FAILED);
    char *q = mmap(NULL, 4 * GIB, PROT_NONE, RESERVE, -1, 0);
    CHECK(q != MAP_FAILED && (q + 4 * GIB <= p || q >= p + 8 * GIB));
    // Cut to an alignment of 4 GiB.
    char *aligned = (char *)(((unsigned long)p + 4 * GIB - 1) & ~(4 * GIB - 1));
    if (aligned > p) CHECK(munmap(p, aligned - p) == 0);
    else CHECK(1);
    CHECK(munmap(aligned + 4 * GIB, p + 8 * GIB - (aligned + 4 * GIB)) == 0 || aligned == p + 4 * GIB);
    CHECK(((unsigned long)aligned & (4 * GIB - 1)) == 0);
    return done();
}
