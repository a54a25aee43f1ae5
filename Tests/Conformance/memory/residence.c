// mincore and the mlock family.
#include "../check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
    unsigned char states[32];
    char *p = mmap(NULL, 32 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(p, 1, 4 * PAGE);
    CHECK(mincore(p, 4 * PAGE, states) == 0 && states[0] & 1 && states[3] & 1);
    CHECK(mincore(p, 0, states) == 0);
    CHECK_ERRNO(mincore(p + 1, PAGE, states), EINVAL);
    CHECK_ERRNO(mincore(p, PAGE, (void *)8), EFAULT);
    CHECK(munmap(p + 16 * PAGE, PAGE) == 0);
    CHECK_ERRNO(mincore(p + 15 * PAGE, 3 * PAGE, states), ENOMEM);
    CHECK_ERRNO(mincore(p, ~0UL - 2 * PAGE, states), ENOMEM);
    CHECK(mlock(p + 8 * PAGE, 4 * PAGE) == 0);
    CHECK(mincore(p + 8 * PAGE, 4 * PAGE, states) == 0 && states[0] & 1 && states[3] & 1);
    CHECK(mlock(p + 100, 10) == 0);
    CHECK(munlock(p + 100, 10) == 0);
    CHECK(mlock(p, 0) == 0);
    CHECK_ERRNO(mlock(p + 15 * PAGE, 3 * PAGE), ENOMEM);
    CHECK_ERRNO(munlock(p + 16 * PAGE, PAGE), ENOMEM);
    CHECK_ERRNO(mlock(p, ~0UL - 8 * PAGE), EINVAL);
    CHECK(mlock2(p, PAGE, MLOCK_ONFAULT) == 0);
    CHECK(mlock2(p, PAGE, 0) == 0);
    CHECK_ERRNO(mlock2(p, PAGE, 8), EINVAL);
    CHECK(mlockall(MCL_FUTURE) == 0);
    CHECK_ERRNO(mlockall(0), EINVAL);
    CHECK_ERRNO(mlockall(MCL_ONFAULT), EINVAL);
    CHECK_ERRNO(mlockall(64), EINVAL);
    CHECK(munlockall() == 0);
    return done();
}
