// munmap: parts, holes, several mappings at once, and what it refuses.
// Needs dynamic memory: parts of large reservations get rights, and what has none faults.
#include "../check.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

static int is_mapped(char *at) {
    unsigned char state;
    return mincore(at, PAGE, &state) == 0;
}

int main(void) {
    char *p = mmap(NULL, 16 * PAGE, RW, PRIVATE, -1, 0);
    memset(p, 1, 16 * PAGE);
    CHECK(munmap(p + 4 * PAGE, 2 * PAGE) == 0);
    CHECK(is_mapped(p + 3 * PAGE) && !is_mapped(p + 4 * PAGE) && !is_mapped(p + 5 * PAGE) && is_mapped(p + 6 * PAGE));
    CHECK(p[3 * PAGE + 4095] == 1 && p[6 * PAGE] == 1);
    // A hole is nothing to complain about.
    CHECK(munmap(p + 3 * PAGE, 4 * PAGE) == 0);
    CHECK(munmap(p + 3 * PAGE, 4 * PAGE) == 0);
    CHECK(!is_mapped(p + 3 * PAGE) && !is_mapped(p + 6 * PAGE) && p[2 * PAGE] == 1 && p[7 * PAGE] == 1);
    // The length is rounded up, the address is not.
    CHECK(munmap(p + 8 * PAGE, 1) == 0);
    CHECK(!is_mapped(p + 8 * PAGE) && is_mapped(p + 9 * PAGE));
    CHECK_ERRNO(munmap(p + 1, PAGE), EINVAL);
    CHECK_ERRNO(munmap(p, 0), EINVAL);
    CHECK_ERRNO(munmap(p, ~0UL), EINVAL);
    CHECK_ERRNO(munmap((void *)(1UL << 62), PAGE), EINVAL);
    CHECK(munmap(p, 16 * PAGE) == 0);
    CHECK(!is_mapped(p) && !is_mapped(p + 15 * PAGE));
    // Ten thousand mappings of different rights, unmapped from the middle out.
    int count = 10000;
    p = mmap(NULL, count * PAGE, PROT_NONE, PRIVATE | MAP_NORESERVE, -1, 0);
    CHECK(p != MAP_FAILED);
    for (int i = 0; i < count; i += 2) mprotect(p + i * PAGE, PAGE, PROT_READ);
    int wrong = 0;
    for (int i = 0; i < count; i += 500) wrong += p[i * PAGE];
    CHECK(wrong == 0);
    for (int i = 0; i < count / 2; i++) {
        wrong += munmap(p + (count / 2 + i) * PAGE, PAGE) != 0;
        wrong += munmap(p + (count / 2 - 1 - i) * PAGE, PAGE) != 0;
    }
    CHECK(wrong == 0);
    CHECK(!is_mapped(p) && !is_mapped(p + (count - 1) * PAGE));
    // 65530 mappings are the most there may be.
    p = mmap(NULL, 140000 * PAGE, PROT_NONE, PRIVATE | MAP_NORESERVE, -1, 0);
    CHECK(p != MAP_FAILED);
    int made = 0;
    while (made < 70000 && mprotect(p + made * 2 * PAGE, PAGE, PROT_READ) == 0) made++;
    CHECK(errno == ENOMEM && made > 32000 && made < 32766);
    CHECK_ERRNO(munmap(p + 120001 * PAGE, PAGE), ENOMEM);
    CHECK(munmap(p, 140000 * PAGE) == 0);
    return done();
}
