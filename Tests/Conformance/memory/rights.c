// mprotect: bookkeeping of rights, their errors, and rights that system calls honour.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
    int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
    int ends[2];
    CHECK(pipe(ends) == 0);
    char *p = mmap(NULL, 8 * PAGE, RW, PRIVATE, -1, 0);
    memset(p, 7, 8 * PAGE);
    CHECK(mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ) == 0);
    CHECK(p[2 * PAGE] == 7);
    CHECK_ERRNO(read(zero, p + 2 * PAGE, 1), EFAULT);
    CHECK(write(ends[1], p + 2 * PAGE, 1) == 1);
    CHECK(mprotect(p + 3 * PAGE, PAGE, PROT_NONE) == 0);
    CHECK_ERRNO(write(ends[1], p + 3 * PAGE, 1), EFAULT);
    // What had no rights has its bytes again.
    CHECK(mprotect(p + 2 * PAGE, 2 * PAGE, RW) == 0);
    CHECK(p[2 * PAGE] == 7 && p[3 * PAGE + 100] == 7);
    p[3 * PAGE] = 9;
    CHECK(p[3 * PAGE] == 9);
    CHECK_ERRNO(mprotect(p + 1, PAGE, RW), EINVAL);
    CHECK(mprotect(p, 0, PROT_NONE) == 0 && p[0] == 7);
    CHECK_ERRNO(mprotect(p, PAGE, 0x40), EINVAL);
    CHECK_ERRNO(mprotect(p, PAGE, PROT_GROWSDOWN | PROT_GROWSUP), EINVAL);
    CHECK_ERRNO(mprotect(p, PAGE, RW | PROT_GROWSDOWN), EINVAL);
    CHECK_ERRNO(mprotect(p, ~0UL - PAGE, PROT_READ), ENOMEM);
    // A hole: what lies before it is changed.
    CHECK(munmap(p + 5 * PAGE, PAGE) == 0);
    CHECK_ERRNO(mprotect(p + 4 * PAGE, 3 * PAGE, PROT_READ), ENOMEM);
    CHECK_ERRNO(read(zero, p + 4 * PAGE, 1), EFAULT);
    CHECK(read(zero, p + 6 * PAGE, 1) == 1);
    CHECK_ERRNO(mprotect(p + 5 * PAGE, PAGE, PROT_READ), ENOMEM);
    // Write alone and execute alone can be read on this processor.
    CHECK(mprotect(p, PAGE, PROT_WRITE) == 0 && p[0] == 7);
    CHECK(mprotect(p, PAGE, PROT_EXEC | PROT_READ) == 0 && p[0] == 7);
    // A file opened to be read cannot be given PROT_WRITE where it is shared.
    int file = open("f", O_RDWR | O_CREAT, 0600);
    CHECK(ftruncate(file, PAGE) == 0);
    int reading = open("f", O_RDONLY);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_SHARED, reading, 0), EACCES);
    char *q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, reading, 0);
    CHECK(q != MAP_FAILED);
    CHECK_ERRNO(mprotect(q, PAGE, RW), EACCES);
    char *r = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, reading, 0);
    CHECK(mprotect(r, PAGE, RW) == 0);
    r[0] = 'x';
    CHECK(r[0] == 'x' && q[0] == 0);
    int writing = open("f", O_WRONLY);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, writing, 0), EACCES);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, writing, 0), EACCES);
    close(null);
    return done();
}
