// The end of a mapped file: the last page's rest is zeros, what calls are given behind it is EFAULT.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL

int main(void) {
    int file = open("f", O_RDWR | O_CREAT, 0600);
    char bytes[PAGE + 10];
    memset(bytes, 'x', sizeof bytes);
    CHECK(write(file, bytes, sizeof bytes) == sizeof bytes);
    char *p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, file, 0);
    CHECK(p != MAP_FAILED && p[PAGE + 9] == 'x' && p[PAGE + 10] == 0 && p[2 * PAGE - 1] == 0);
    char *q = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, file, PAGE);
    CHECK(q != MAP_FAILED && q[9] == 'x' && q[10] == 0);
    // It grows within the page.
    CHECK(pwrite(file, "yyyy", 4, PAGE + 10) == 4);
    CHECK(memcmp(q + 10, "yyyy", 4) == 0);
    CHECK(ftruncate(file, 2 * PAGE) == 0 && q[20] == 0);
    // An empty file can be mapped.
    int empty = open("e", O_RDWR | O_CREAT, 0600);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, empty, 0) != MAP_FAILED);
    // A mapping that begins behind the end, too.
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 100 * PAGE) != MAP_FAILED);
    // Grown afterwards, its bytes are seen.
    char *r = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, empty, 0);
    CHECK(write(empty, "now", 3) == 3);
    CHECK(memcmp(r, "now", 4) == 0);
    return done();
}
