// mremap: growing, shrinking, moving, replacing, leaving the old range behind.
#include "../check.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define FAILED(call) ((call) == MAP_FAILED ? -1L : 0L)

static int is_mapped(char *at) {
    unsigned char state;
    return mincore(at, PAGE, &state) == 0;
}

static void fill(char *at, int pages) {
    for (int i = 0; i < pages; i++) memset(at + i * PAGE, 'a' + i, PAGE);
}

static int holds(char *at, int pages) {
    for (int i = 0; i < pages; i++)
        if (at[i * PAGE] != 'a' + i || at[i * PAGE + 4095] != 'a' + i) return 0;
    return 1;
}

int main(void) {
    char *p = mmap(NULL, 16 * PAGE, RW, PRIVATE, -1, 0);
    CHECK(munmap(p + 8 * PAGE, 8 * PAGE) == 0);
    fill(p, 8);
    CHECK(mremap(p, 8 * PAGE, 8 * PAGE, 0) == p);
    CHECK(mremap(p, 8 * PAGE, 6 * PAGE, 0) == p && !is_mapped(p + 6 * PAGE) && holds(p, 6));
    CHECK(mremap(p, 6 * PAGE, 12 * PAGE, 0) == p && holds(p, 6));
    CHECK(p[6 * PAGE] == 0 && p[12 * PAGE - 1] == 0);
    // Something in the way: it moves, or it fails.
    CHECK(mmap(p + 12 * PAGE, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0) == p + 12 * PAGE);
    CHECK(mprotect(p + 12 * PAGE, PAGE, PROT_READ) == 0);
    CHECK_ERRNO(FAILED(mremap(p, 12 * PAGE, 20 * PAGE, 0)), ENOMEM);
    char *q = mremap(p, 12 * PAGE, 20 * PAGE, MREMAP_MAYMOVE);
    CHECK(q != MAP_FAILED && q != p && holds(q, 6) && q[19 * PAGE] == 0);
    CHECK(!is_mapped(p) && is_mapped(p + 12 * PAGE));
    // To a place of one's own, over what was there.
    char *target = mmap(NULL, 32 * PAGE, RW, PRIVATE, -1, 0);
    memset(target, 'z', 32 * PAGE);
    CHECK(mremap(q, 6 * PAGE, 6 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + 4 * PAGE) == target + 4 * PAGE);
    CHECK(holds(target + 4 * PAGE, 6) && target[3 * PAGE] == 'z' && target[10 * PAGE] == 'z' && !is_mapped(q));
    CHECK(is_mapped(q + 6 * PAGE));
    CHECK_ERRNO(FAILED(mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_FIXED, target + 20 * PAGE)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + 20 * PAGE + 1)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(target + 1, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(target, 4 * PAGE, 0, MREMAP_MAYMOVE)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(target, 4 * PAGE, 4 * PAGE, 0x80)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(target, 0, 4 * PAGE, MREMAP_MAYMOVE)), EINVAL);
    CHECK_ERRNO(FAILED(mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE)), EFAULT);
    // Two mappings cannot grow as one.
    CHECK(mprotect(target + 16 * PAGE, 16 * PAGE, PROT_READ) == 0);
    CHECK_ERRNO(FAILED(mremap(target, 32 * PAGE, 40 * PAGE, MREMAP_MAYMOVE)), EFAULT);
    // The pages go, the range stays.
    fill(target, 4);
    q = mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
    CHECK(q != MAP_FAILED && holds(q, 4));
    CHECK(target[0] == 0 && target[4 * PAGE - 1] == 0);
    CHECK_ERRNO(FAILED(mremap(target, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP)), EINVAL);
    // A large block that grows often, as a C library's realloc has it.
    q = mmap(NULL, PAGE, RW, PRIVATE, -1, 0);
    unsigned long length = PAGE;
    int wrong = 0;
    for (int i = 1; i < 12; i++) {
        q[length - 1] = (char)i;
        char *moved = mremap(q, length, 2 * length, MREMAP_MAYMOVE);
        wrong += moved == MAP_FAILED || moved[length - 1] != (char)i || moved[2 * length - 1] != 0;
        q = moved;
        length *= 2;
    }
    CHECK(wrong == 0);
    return done();
}
