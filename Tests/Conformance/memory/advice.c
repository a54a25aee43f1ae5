// madvise: what it makes of memory, and what it refuses.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
    char *p = mmap(NULL, 64 * PAGE, RW, PRIVATE, -1, 0);
    memset(p, 1, 64 * PAGE);
    CHECK(madvise(p + 8 * PAGE, 8 * PAGE, MADV_DONTNEED) == 0);
    CHECK(p[8 * PAGE] == 0 && p[16 * PAGE - 1] == 0 && p[8 * PAGE - 1] == 1 && p[16 * PAGE] == 1);
    p[8 * PAGE] = 5;
    CHECK(p[8 * PAGE] == 5);
    int silent[] = {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTFORK, MADV_DOFORK, MADV_DONTDUMP,
                    MADV_DODUMP, MADV_COLD, MADV_PAGEOUT, MADV_FREE, MADV_WIPEONFORK, MADV_KEEPONFORK};
    int wrong = 0;
    for (unsigned i = 0; i < sizeof silent / sizeof *silent; i++) wrong += madvise(p, 2 * PAGE, silent[i]) != 0;
    CHECK(wrong == 0);
    CHECK(p[8 * PAGE] == 5);
    CHECK_ERRNO(madvise(p, PAGE, 7), EINVAL);
    CHECK_ERRNO(madvise(p, PAGE, 99), EINVAL);
    CHECK_ERRNO(madvise(p + 1, PAGE, MADV_DONTNEED), EINVAL);
    CHECK_ERRNO(madvise(p, ~0UL, MADV_DONTNEED), EINVAL);
    CHECK(madvise(p, 0, MADV_DONTNEED) == 0);
    // A hole: what is behind it is advised all the same.
    CHECK(munmap(p + 20 * PAGE, PAGE) == 0);
    CHECK_ERRNO(madvise(p + 19 * PAGE, 3 * PAGE, MADV_DONTNEED), ENOMEM);
    CHECK(p[19 * PAGE] == 0 && p[21 * PAGE] == 0 && p[22 * PAGE] == 1);
    CHECK_ERRNO(madvise(p + 20 * PAGE, PAGE, MADV_NORMAL), ENOMEM);
    CHECK_ERRNO(madvise(p, PAGE, MADV_REMOVE), EINVAL);
    CHECK(madvise(p + 30 * PAGE, 4 * PAGE, MADV_POPULATE_WRITE) == 0 && p[30 * PAGE] == 1);
    CHECK(mprotect(p + 31 * PAGE, PAGE, PROT_READ) == 0);
    CHECK(madvise(p + 30 * PAGE, 4 * PAGE, MADV_POPULATE_READ) == 0);
    CHECK_ERRNO(madvise(p + 31 * PAGE, PAGE, MADV_POPULATE_WRITE), EINVAL);
    CHECK_ERRNO(madvise(p + 20 * PAGE, PAGE, MADV_POPULATE_READ), ENOMEM);
    // Anonymous shared memory keeps what is in it, and can be told to lose it.
    char *shared = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(shared, 3, 4 * PAGE);
    CHECK(madvise(shared, 4 * PAGE, MADV_DONTNEED) == 0 && shared[0] == 3 && shared[4 * PAGE - 1] == 3);
    CHECK_ERRNO(madvise(shared, PAGE, MADV_FREE), EINVAL);
    CHECK(madvise(shared + PAGE, PAGE, MADV_REMOVE) == 0 && shared[PAGE] == 0 && shared[0] == 3);
    // Of a private mapping of a file the file's bytes are seen again.
    int file = open("f", O_RDWR | O_CREAT, 0600);
    CHECK(write(file, "contents", 8) == 8);
    char *q = mmap(NULL, PAGE, RW, MAP_PRIVATE, file, 0);
    memcpy(q, "CONTENTS", 8);
    CHECK(madvise(q, PAGE, MADV_DONTNEED) == 0 && memcmp(q, "contents", 8) == 0);
    CHECK_ERRNO(madvise(q, PAGE, MADV_FREE), EINVAL);
    // A megabyte that goes and comes, as allocators have it.
    char *large = mmap(NULL, 16 << 20, RW, PRIVATE | MAP_NORESERVE, -1, 0);
    for (int round = 0; round < 3; round++) {
        wrong = 0;
        for (long at = 0; at < 16 << 20; at += PAGE) wrong += large[at] != 0;
        memset(large, 0x55, 16 << 20);
        CHECK(wrong == 0 && madvise(large, 16 << 20, MADV_DONTNEED) == 0);
    }
    return done();
}
