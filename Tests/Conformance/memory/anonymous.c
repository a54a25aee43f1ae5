// Anonymous mappings: what mmap accepts and refuses, and what a fresh page holds.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

static int is_zero(const char *at, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (at[i]) return 0;
    return 1;
}

int main(void) {
    char *p = mmap(NULL, 10 * PAGE + 1, RW, PRIVATE, -1, 0);
    CHECK(p != MAP_FAILED && ((unsigned long)p & (PAGE - 1)) == 0);
    CHECK(is_zero(p, 11 * PAGE));
    memset(p, 0xaa, 11 * PAGE);
    // MAP_FIXED replaces, with zeros.
    CHECK(mmap(p + PAGE, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0) == p + PAGE);
    CHECK(is_zero(p + PAGE, PAGE) && p[0] == (char)0xaa && p[2 * PAGE] == (char)0xaa);
    CHECK_ERRNO(mmap(p + 1, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0), EINVAL);
    CHECK_ERRNO(mmap(p, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
    CHECK(munmap(p + 3 * PAGE, PAGE) == 0);
    CHECK(mmap(p + 3 * PAGE, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) == p + 3 * PAGE);
    CHECK(is_zero(p + 3 * PAGE, PAGE));
    // A hint is taken where it is free, and otherwise something else.
    CHECK(munmap(p + 5 * PAGE, PAGE) == 0);
    CHECK(mmap(p + 5 * PAGE, PAGE, RW, PRIVATE, -1, 0) == p + 5 * PAGE);
    char *q = mmap(p, PAGE, RW, PRIVATE, -1, 0);
    CHECK(q != MAP_FAILED && q != p);
    CHECK(munmap(q, PAGE) == 0);
    // A hint far above what there is, as a runtime's arena has it.
    q = mmap((void *)0xc000000000, PAGE, RW, PRIVATE, -1, 0);
    CHECK(q != MAP_FAILED && is_zero(q, PAGE));
    CHECK(munmap(q, PAGE) == 0);
    CHECK_ERRNO(mmap(NULL, 0, RW, PRIVATE, -1, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_ANONYMOUS | MAP_SHARED_VALIDATE, -1, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), EBADF);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, PRIVATE, -1, 1), EINVAL);
    CHECK_ERRNO(mmap(NULL, ~0UL, RW, PRIVATE, -1, 0), ENOMEM);
    CHECK_ERRNO(mmap(NULL, 1UL << 50, RW, PRIVATE, -1, 0), ENOMEM);
    CHECK_ERRNO(mmap(NULL, 2 << 20, RW, PRIVATE | MAP_HUGETLB, -1, 0), ENOMEM);
    q = mmap(NULL, 4 * PAGE, RW, PRIVATE | MAP_POPULATE | MAP_LOCKED | MAP_NORESERVE | MAP_STACK, -1, 0);
    CHECK(q != MAP_FAILED && is_zero(q, 4 * PAGE));
    q = mmap(NULL, 4 * PAGE, RW, PRIVATE | MAP_32BIT, -1, 0);
    CHECK(q != MAP_FAILED && (unsigned long)q + 4 * PAGE <= 1UL << 31);
    // Unknown bits of the rights mean nothing to mmap.
    q = mmap(NULL, PAGE, RW | 0x40, PRIVATE, -1, 0);
    CHECK(q != MAP_FAILED);
    // /dev/zero is the same as anonymous memory.
    int zero = open("/dev/zero", O_RDWR);
    q = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, zero, 0);
    CHECK(q != MAP_FAILED && is_zero(q, 2 * PAGE));
    q[5] = 1;
    char *r = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, zero, 0);
    CHECK(r != MAP_FAILED && is_zero(r, 2 * PAGE));
    CHECK(close(zero) == 0);
    r[0] = 1;
    CHECK(q[5] == 1);
    int null = open("/dev/null", O_RDWR);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_PRIVATE, null, 0), ENODEV);
    int folder = open(".", O_RDONLY);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, folder, 0), ENODEV);
    int path = open(".", O_PATH);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, path, 0), EBADF);
    return done();
}
