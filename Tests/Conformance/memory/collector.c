// A heap of 4 GiB of which a program commits, uses and gives back pieces: by rights, and by mapping over.
// Needs dynamic memory: parts of large reservations get rights, and what has none faults.
#include "../check.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define GIB (1UL << 30)
#define RESERVE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
    char *heap = mmap(NULL, 4 * GIB, PROT_NONE, RESERVE, -1, 0);
    if (heap == MAP_FAILED) return 1;
    char *low = heap + 64 * PAGE, *high = heap + 4 * GIB - (1 << 20);
    CHECK(mprotect(low, 1 << 20, RW) == 0);
    CHECK(mmap(high, 1 << 20, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == high);
    memset(low, 1, 1 << 20);
    memset(high, 2, 1 << 20);
    CHECK(low[0] == 1 && high[(1 << 20) - 1] == 2);
    CHECK(mmap(low, 1 << 20, PROT_NONE, RESERVE | MAP_FIXED, -1, 0) == low);
    CHECK(mprotect(low, 1 << 20, RW) == 0 && low[0] == 0 && low[(1 << 20) - 1] == 0);
    int wrong = 0;
    for (int round = 0; round < 200; round++) {
        char *piece = heap + (round * 37 % 512) * (4UL << 20);
        wrong += mprotect(piece, 128 * PAGE, RW) != 0;
        wrong += piece[127 * PAGE] != 0;
        piece[127 * PAGE] = piece[0] = 1;
        wrong += madvise(piece, 128 * PAGE, MADV_DONTNEED) != 0 || piece[0] != 0;
        wrong += mprotect(piece, 128 * PAGE, PROT_NONE) != 0;
    }
    CHECK(wrong == 0);
    CHECK(munmap(heap, 4 * GIB) == 0);
    return done();
}
