// A sparse file has holes where nothing was written; punching makes more of them, and they read as zeros.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    char block[4096], found[4096];
    memset(block, 'x', sizeof block);
    CHECK(pwrite(fd, block, sizeof block, 1 << 20) == sizeof block);
    CHECK(pwrite(fd, block, sizeof block, 2 << 20) == sizeof block);
    CHECK(fsync(fd) == 0);
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == (2 << 20) + 4096 && status.st_blocks >= 16 && status.st_blocks < 64);
    CHECK(lseek(fd, 0, SEEK_DATA) == 1 << 20);
    CHECK(lseek(fd, 0, SEEK_HOLE) == 0);
    CHECK(lseek(fd, 1 << 20, SEEK_HOLE) == (1 << 20) + 4096);
    CHECK(lseek(fd, (1 << 20) + 4096, SEEK_DATA) == 2 << 20);
    CHECK(lseek(fd, 2 << 20, SEEK_HOLE) == (2 << 20) + 4096);
    CHECK_ERRNO(lseek(fd, (2 << 20) + 4096, SEEK_DATA), ENXIO);
    CHECK_ERRNO(lseek(fd, (2 << 20) + 4096, SEEK_HOLE), ENXIO);
    CHECK(pread(fd, found, sizeof found, 4096) == sizeof found && found[0] == 0 && found[4095] == 0);
    CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1 << 20, 4096) == 0);
    CHECK(pread(fd, found, sizeof found, 1 << 20) == sizeof found && found[0] == 0 && found[4095] == 0);
    CHECK(lseek(fd, 0, SEEK_DATA) == 2 << 20);
    CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (2 << 20) + 10, 20) == 0);
    CHECK(pread(fd, found, 40, 2 << 20) == 40 && found[9] == 'x' && found[10] == 0 && found[29] == 0 && found[30] == 'x');
    CHECK_ERRNO(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 4096), EOPNOTSUPP);
    CHECK_ERRNO(fallocate(fd, 0, 0, 0), EINVAL);
    CHECK_ERRNO(fallocate(fd, 0, -1, 10), EINVAL);
    CHECK(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 8 << 20) == 0 && fstat(fd, &status) == 0 && status.st_size == (2 << 20) + 4096);
    CHECK(fallocate(fd, 0, 0, 3 << 20) == 0 && fstat(fd, &status) == 0 && status.st_size == 3 << 20);
    CHECK(pread(fd, found, 1, (3 << 20) - 1) == 1 && found[0] == 0);
    close(fd);
    unlink("a");
    return done();
}
