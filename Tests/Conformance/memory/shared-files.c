// Shared mappings of files: the mapping and the file are one.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

static char buffer[3 * PAGE];

static int reads(int file, off_t at, const char *text) {
    memset(buffer, 0, 64);
    return pread(file, buffer, strlen(text), at) == (ssize_t)strlen(text) && memcmp(buffer, text, strlen(text)) == 0;
}

int main(void) {
    int file = open("f", O_RDWR | O_CREAT, 0600);
    CHECK(ftruncate(file, 3 * PAGE) == 0);
    CHECK(pwrite(file, "first", 5, 0) == 5);
    char *p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, file, 0);
    CHECK(p != MAP_FAILED && memcmp(p, "first", 5) == 0 && p[PAGE] == 0);
    // From the mapping to the file, and back.
    memcpy(p + PAGE, "mapped", 6);
    CHECK(reads(file, PAGE, "mapped"));
    CHECK(pwrite(file, "written", 7, 2 * PAGE) == 7);
    CHECK(memcmp(p + 2 * PAGE, "written", 7) == 0);
    // Both in one page.
    memcpy(p + 100, "here", 4);
    CHECK(pwrite(file, "there", 5, 200) == 5);
    CHECK(memcmp(p + 100, "here", 4) == 0 && memcmp(p + 200, "there", 5) == 0 && reads(file, 100, "here"));
    CHECK(msync(p, 3 * PAGE, MS_SYNC) == 0 && msync(p, 3 * PAGE, MS_ASYNC) == 0);
    CHECK(msync(p, PAGE, MS_SYNC | MS_INVALIDATE) == 0);
    CHECK_ERRNO(msync(p, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
    CHECK_ERRNO(msync(p + 1, PAGE, MS_SYNC), EINVAL);
    CHECK_ERRNO(msync(p, PAGE, 0x10), EINVAL);
    // Seen through another descriptor and after the last one was closed.
    int other = open("f", O_RDONLY);
    memcpy(p + 300, "other", 5);
    CHECK(reads(other, 300, "other"));
    CHECK(close(file) == 0);
    memcpy(p + 400, "closed", 6);
    CHECK(reads(other, 400, "closed"));
    // A private mapping takes a copy.
    char *copy = mmap(NULL, PAGE, RW, MAP_PRIVATE, other, 0);
    CHECK(memcmp(copy + 400, "closed", 6) == 0);
    copy[400] = 'X';
    CHECK(p[400] == 'c' && reads(other, 400, "closed"));
    // The same range again is the same memory.
    file = open("f", O_RDWR);
    char *again = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, file, 0);
    CHECK(again != MAP_FAILED);
    memcpy(again + 500, "again", 5);
    CHECK(memcmp(p + 500, "again", 5) == 0);
    CHECK(munmap(again, 3 * PAGE) == 0);
    memcpy(p + 600, "still", 5);
    CHECK(reads(other, 600, "still"));
    // Unmapped: it is in the file.
    memcpy(p + 700, "gone", 4);
    CHECK(munmap(p, 3 * PAGE) == 0);
    CHECK(reads(other, 700, "gone"));
    // By name, with O_APPEND, from the middle of the file.
    int append = open("f", O_RDWR | O_APPEND);
    p = mmap(NULL, PAGE, RW, MAP_SHARED, append, PAGE);
    CHECK(p != MAP_FAILED && memcmp(p, "mapped", 6) == 0);
    memcpy(p, "MAPPED", 6);
    CHECK(unlink("f") == 0);
    CHECK(reads(other, PAGE, "MAPPED"));
    struct stat status;
    CHECK(fstat(other, &status) == 0 && status.st_size == 3 * (off_t)PAGE);
    // A file's tail: written behind its end is not in it.
    CHECK(ftruncate(file, PAGE + 10) == 0);
    memset(p, 'T', 20);
    CHECK(pread(other, buffer, 100, PAGE) == 10 && memcmp(buffer, "TTTTTTTTTT", 10) == 0);
    CHECK(ftruncate(file, 2 * PAGE) == 0);
    CHECK(pread(other, buffer, 20, PAGE) == 20 && buffer[0] == 'T');
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 5), EINVAL);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 1L << 62 | 1L << 61 | 1L << 60 | (1L << 60) - PAGE), EOVERFLOW);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE | 0x800000, file, 0), EOPNOTSUPP);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE, file, 0) != MAP_FAILED);
    return done();
}
