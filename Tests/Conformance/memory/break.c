// brk: the heap grows and shrinks, comes back as zeros, and knows its limit.
#include "../check.h"
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define PAGE 4096UL
static char *move(char *to) { return (char *)syscall(SYS_brk, to); }

int main(void) {
    // The C library has its own first piece.
    CHECK(malloc(1000) != NULL);
    char *start = move(NULL);
    CHECK(start != NULL && start == (char *)sbrk(0));
    CHECK(move(start + 100) == start + 100);
    start[0] = start[99] = 1;
    CHECK(move(start + 20 * PAGE) == start + 20 * PAGE);
    CHECK(start[0] == 1 && start[20 * PAGE - 1] == 0);
    memset(start, 2, 20 * PAGE);
    CHECK(move(start + 5 * PAGE) == start + 5 * PAGE);
    CHECK(move(start + 20 * PAGE) == start + 20 * PAGE);
    CHECK(start[5 * PAGE - 1] == 2);
    int wrong = 0;
    char *behind = (char *)(((unsigned long)start + 5 * PAGE + PAGE - 1) & ~(PAGE - 1));
    for (char *at = behind; at < start + 20 * PAGE; at++) wrong += *at != 0;
    CHECK(wrong == 0);
    // Where it cannot go it stays.
    CHECK(move((char *)1) == start + 20 * PAGE);
    CHECK(move((char *)(1UL << 62)) == start + 20 * PAGE);
    struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_DATA, &limit) == 0);
    CHECK(move(start + (4 << 20)) == start + 20 * PAGE);
    CHECK_ERRNO(mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
    CHECK(mmap(NULL, 8 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    limit.rlim_cur = RLIM_INFINITY;
    CHECK(setrlimit(RLIMIT_DATA, &limit) == 0);
    CHECK(move(start + (4 << 20)) == start + (4 << 20));
    limit.rlim_cur = 64 << 20;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    CHECK_ERRNO(mmap(NULL, 80 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
    CHECK(move(start + (80 << 20)) == start + (4 << 20));
    limit.rlim_cur = RLIM_INFINITY;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    CHECK(move(start) == start);
    return done();
}
