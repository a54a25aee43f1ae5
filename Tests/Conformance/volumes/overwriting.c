// Bytes are overwritten across the borders of blocks, at the end and far behind it, and read back.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

static unsigned char expected[300000], found[300000];

static int same(int fd, size_t size) {
    memset(found, 0xee, size);
    return pread(fd, found, size, 0) == (ssize_t)size && memcmp(found, expected, size) == 0;
}

int main(void) {
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    for (size_t i = 0; i < sizeof expected; i++) expected[i] = (unsigned char)(i * 31 + i / 4096);
    CHECK(write(fd, expected, 200000) == 200000);
    CHECK(same(fd, 200000));
    memset(expected + 4090, 1, 12);
    CHECK(pwrite(fd, expected + 4090, 12, 4090) == 12);
    CHECK(same(fd, 200000));
    memset(expected + 65535, 2, 70002);
    CHECK(pwrite(fd, expected + 65535, 70002, 65535) == 70002);
    CHECK(same(fd, 200000));
    CHECK(fsync(fd) == 0);
    expected[0] = 9, expected[199999] = 8;
    CHECK(pwrite(fd, expected, 1, 0) == 1 && pwrite(fd, expected + 199999, 1, 199999) == 1);
    CHECK(same(fd, 200000));
    memset(expected + 200000, 0, 100000);
    expected[299999] = 7;
    CHECK(pwrite(fd, expected + 299999, 1, 299999) == 1);
    CHECK(same(fd, 300000));
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == 300000);
    CHECK(pread(fd, found, 10, 300000) == 0);
    CHECK(pread(fd, found, 10, 299995) == 5);
    CHECK_ERRNO(pwrite(fd, found, 1, -1), EINVAL);
    CHECK(pwrite(fd, found, 0, 500000) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_size == 300000);
    close(fd);
    unlink("a");
    return done();
}
