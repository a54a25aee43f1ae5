// Memory nodes: the calls a library makes to find out that there is one.
#include "../check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
enum { DEFAULT, PREFERRED, BIND, INTERLEAVE, LOCAL };
static long set(int mode, unsigned long *nodes, long count) { return syscall(SYS_set_mempolicy, mode, nodes, count); }
static long get(int *mode, unsigned long *nodes, long count, void *at, int flags) {
    return syscall(SYS_get_mempolicy, mode, nodes, count, at, flags);
}
static long bind_range(void *at, unsigned long length, int mode, unsigned long *nodes, long count, int flags) {
    return syscall(SYS_mbind, at, length, mode, nodes, count, flags);
}

int main(void) {
    unsigned long nodes[16] = {1}, none[16] = {0}, others[16] = {1UL << 40};
    int mode = -1;
    CHECK(get(&mode, NULL, 0, NULL, 0) == 0 && mode == DEFAULT);
    unsigned long allowed[16] = {0};
    CHECK(get(NULL, allowed, 1024, NULL, 4) == 0 && allowed[0] == 1);
    CHECK(set(BIND, nodes, 65) == 0);
    CHECK(set(PREFERRED, nodes, 65) == 0);
    CHECK(set(INTERLEAVE, nodes, 65) == 0);
    CHECK(set(DEFAULT, NULL, 0) == 0);
    CHECK(set(LOCAL, NULL, 0) == 0);
    CHECK(set(DEFAULT, NULL, 0) == 0);
    CHECK_ERRNO(set(BIND, none, 65), EINVAL);
    CHECK_ERRNO(set(BIND, others, 65), EINVAL);
    CHECK_ERRNO(set(DEFAULT, nodes, 65), EINVAL);
    CHECK_ERRNO(set(77, nodes, 65), EINVAL);
    char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(bind_range(p, 4 * PAGE, BIND, nodes, 65, 0) == 0);
    CHECK(bind_range(p, 4 * PAGE, DEFAULT, NULL, 0, 0) == 0);
    CHECK_ERRNO(bind_range(p + 1, PAGE, BIND, nodes, 65, 0), EINVAL);
    CHECK_ERRNO(bind_range(p, PAGE, BIND, nodes, 65, 0x80), EINVAL);
    CHECK_ERRNO(get(&mode, NULL, 0, (void *)16, 2), EFAULT);
    CHECK_ERRNO(get(&mode, NULL, 0, p, 0), EINVAL);
    p[0] = 1;
    void *pages[2] = {p, (void *)PAGE};
    int status[2] = {-1, -1};
    CHECK(syscall(SYS_move_pages, 0, 2, pages, NULL, status, 0) == 0);
    CHECK(status[0] == 0 && status[1] == -EFAULT);
    CHECK_ERRNO(syscall(SYS_move_pages, 0, 1, pages, NULL, status, 0x100), EINVAL);
    CHECK_ERRNO(syscall(SYS_remap_file_pages, p, PAGE, 0, 0, 0), EINVAL);
    return done();
}
