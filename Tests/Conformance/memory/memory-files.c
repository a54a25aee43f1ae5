// memfd_create: mapped, grown, sealed.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
    int file = memfd_create("memory", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    CHECK(file >= 0);
    CHECK(ftruncate(file, 4 * PAGE) == 0);
    char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, file, 0);
    CHECK(p != MAP_FAILED && p[4 * PAGE - 1] == 0);
    strcpy(p, "hello");
    char buffer[16] = {0};
    CHECK(pread(file, buffer, 6, 0) == 6 && strcmp(buffer, "hello") == 0);
    CHECK(pwrite(file, "there", 6, PAGE) == 6 && strcmp(p + PAGE, "there") == 0);
    // The pieces of a mapping of which the rights differ.
    CHECK(mprotect(p + PAGE, PAGE, PROT_READ) == 0);
    CHECK(pwrite(file, "again", 6, PAGE) == 6 && strcmp(p + PAGE, "again") == 0);
    CHECK(mprotect(p, PAGE, PROT_NONE) == 0);
    CHECK(pread(file, buffer, 6, 0) == 6 && strcmp(buffer, "hello") == 0);
    CHECK(mprotect(p, 2 * PAGE, RW) == 0 && strcmp(p, "hello") == 0);
    // Holes: MADV_REMOVE gives pages back, MADV_DONTNEED does not.
    CHECK(madvise(p + PAGE, PAGE, MADV_DONTNEED) == 0 && strcmp(p + PAGE, "again") == 0);
    CHECK(madvise(p + PAGE, PAGE, MADV_REMOVE) == 0 && p[PAGE] == 0);
    CHECK(pread(file, buffer, 6, PAGE) == 6 && buffer[0] == 0);
    CHECK(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE) == 0 && p[0] == 0);
    // It grows under the mapping.
    char *q = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, file, 4 * PAGE);
    CHECK(q != MAP_FAILED);
    CHECK(ftruncate(file, 12 * PAGE) == 0);
    q[7 * PAGE] = 'q';
    CHECK(pread(file, buffer, 1, 11 * PAGE) == 1 && buffer[0] == 'q');
    CHECK(munmap(q, 8 * PAGE) == 0);
    // Seals.
    CHECK(fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0);
    CHECK_ERRNO(ftruncate(file, PAGE), EPERM);
    CHECK_ERRNO(ftruncate(file, 100 * PAGE), EPERM);
    CHECK_ERRNO(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), EBUSY);
    CHECK(munmap(p, 4 * PAGE) == 0);
    CHECK(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE) == 0);
    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_SHARED, file, 0), EPERM);
    CHECK_ERRNO(pwrite(file, "x", 1, 0), EPERM);
    p = mmap(NULL, PAGE, RW, MAP_PRIVATE, file, 0);
    CHECK(p != MAP_FAILED);
    p[0] = 1;
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0) != MAP_FAILED);
    return done();
}
