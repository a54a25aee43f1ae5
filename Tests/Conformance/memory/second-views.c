// Several shared mappings of one file, opened in different ways: what is written through one of them is in the file, whichever goes first.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

static char buffer[PAGE];

static int holds(off_t at, const char *text) {
    int file = open("f", O_RDONLY);
    memset(buffer, 0, 64);
    int same = pread(file, buffer, strlen(text), at) == (ssize_t)strlen(text) && memcmp(buffer, text, strlen(text)) == 0;
    close(file);
    return same;
}

static char *map(int flags, int protection, unsigned long length, off_t offset) {
    int file = open("f", flags);
    char *p = mmap(NULL, length, protection, MAP_SHARED, file, offset);
    close(file);
    return p;
}

int main(void) {
    int file = open("f", O_RDWR | O_CREAT, 0600);
    CHECK(ftruncate(file, 4 * PAGE) == 0 && pwrite(file, "begin", 5, 0) == 5);
    close(file);
    // The first can only be read; the second is written after the first is gone.
    char *first = map(O_RDONLY, PROT_READ, 4 * PAGE, 0);
    char *second = map(O_RDWR, RW, 4 * PAGE, 0);
    CHECK(first != MAP_FAILED && second != MAP_FAILED);
    CHECK(munmap(first, 4 * PAGE) == 0);
    memcpy(second, "after", 5);
    CHECK(holds(0, "after"));
    memcpy(second + 2 * PAGE, "third", 5);
    CHECK(msync(second, 4 * PAGE, MS_SYNC) == 0 && holds(2 * PAGE, "third"));
    memcpy(second + PAGE, "unmapped", 8);
    CHECK(munmap(second, 4 * PAGE) == 0);
    CHECK(holds(PAGE, "unmapped"));
    // Written while both are there, and the writer goes first.
    first = map(O_RDONLY, PROT_READ, 4 * PAGE, 0);
    second = map(O_RDWR, RW, 4 * PAGE, 0);
    memcpy(second + 100, "both", 4);
    CHECK(memcmp(first + 100, "both", 4) == 0 && holds(100, "both"));
    memcpy(second + 200, "last", 4);
    CHECK(munmap(second, 4 * PAGE) == 0);
    CHECK(memcmp(first + 200, "last", 4) == 0 && holds(200, "last"));
    // What calls write is seen by the one that is left.
    file = open("f", O_WRONLY);
    CHECK(pwrite(file, "called", 6, 300) == 6 && memcmp(first + 300, "called", 6) == 0);
    close(file);
    CHECK(munmap(first, 4 * PAGE) == 0);
    // Made writable later, a part of it only, by mprotect.
    first = map(O_RDONLY, PROT_READ, 4 * PAGE, 0);
    second = map(O_RDWR, PROT_READ, 2 * PAGE, PAGE);
    CHECK(first != MAP_FAILED && second != MAP_FAILED);
    CHECK(munmap(first, 4 * PAGE) == 0);
    CHECK(mprotect(second, 2 * PAGE, RW) == 0);
    memcpy(second, "middle", 6);
    memcpy(second + PAGE, "end", 3);
    CHECK(holds(PAGE, "middle") && holds(2 * PAGE, "end"));
    CHECK(munmap(second, 2 * PAGE) == 0 && holds(PAGE, "middle") && holds(2 * PAGE, "end"));
    // Three of them, the writable one in the middle.
    first = map(O_RDONLY, PROT_READ, 4 * PAGE, 0);
    second = map(O_RDWR, RW, 4 * PAGE, 0);
    char *third = map(O_RDONLY, PROT_READ, 4 * PAGE, 0);
    CHECK(munmap(first, 4 * PAGE) == 0);
    memcpy(second + 400, "three", 5);
    CHECK(memcmp(third + 400, "three", 5) == 0);
    CHECK(munmap(second, 4 * PAGE) == 0 && memcmp(third + 400, "three", 5) == 0 && holds(400, "three"));
    CHECK(munmap(third, 4 * PAGE) == 0);
    // What was opened to be read cannot be mapped to be written, also beside one that can.
    second = map(O_RDWR, RW, PAGE, 0);
    CHECK_ERRNO(map(O_RDONLY, RW, PAGE, 0), EACCES);
    CHECK(munmap(second, PAGE) == 0);
    return done();
}
