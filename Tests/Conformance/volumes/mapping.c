// A private mapping shows what the file held and keeps what is written to it from the file.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

int main(void) {
    static char bytes[20000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i % 251);
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, bytes, sizeof bytes) == sizeof bytes);
    char *map = mmap(NULL, sizeof bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(map != MAP_FAILED);
    CHECK(memcmp(map, bytes, sizeof bytes) == 0);
    CHECK(map[sizeof bytes] == 0 && map[20479] == 0);
    map[5000] = 'x';
    char byte;
    CHECK(pread(fd, &byte, 1, 5000) == 1 && byte == bytes[5000]);
    CHECK(munmap(map, sizeof bytes) == 0);
    map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 8192);
    CHECK(map != MAP_FAILED && memcmp(map, bytes + 8192, 4096) == 0);
    close(fd);
    CHECK(map[1] == bytes[8193]);
    CHECK(munmap(map, 4096) == 0);
    CHECK_ERRNO((long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0), EBADF);
    unlink("a");
    return done();
}
