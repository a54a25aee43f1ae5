// process_vm_readv and process_vm_writev on oneself.
#include "../check.h"
#include <sys/mman.h>
#include <sys/uio.h>

#define PAGE 4096UL

int main(void) {
    char from[] = "abcdefgh", to[16] = {0};
    struct iovec remote[2] = {{from, 3}, {from + 5, 3}}, local[2] = {{to, 4}, {to + 8, 8}};
    CHECK(process_vm_readv(getpid(), local, 2, remote, 2, 0) == 6);
    CHECK(memcmp(to, "abcf", 4) == 0 && memcmp(to + 8, "gh", 2) == 0);
    struct iovec in = {"XYZ", 3}, out = {from, 3};
    CHECK(process_vm_writev(getpid(), &in, 1, &out, 1, 0) == 3 && memcmp(from, "XYZd", 4) == 0);
    struct iovec nowhere = {(void *)16, 4};
    CHECK_ERRNO(process_vm_readv(getpid(), local, 1, &nowhere, 1, 0), EFAULT);
    CHECK_ERRNO(process_vm_readv(getpid(), local, 1, remote, 1, 1), EINVAL);
    CHECK_ERRNO(process_vm_readv(999999, local, 1, remote, 1, 0), ESRCH);
    CHECK(process_vm_readv(getpid(), local, 0, remote, 2, 0) == 0);
    // What cannot be read ends it with what was read.
    char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(munmap(p + PAGE, PAGE) == 0);
    struct iovec both[2] = {{p, 8}, {p + PAGE, 8}};
    CHECK(process_vm_readv(getpid(), local, 2, both, 2, 0) == 8);
    return done();
}
