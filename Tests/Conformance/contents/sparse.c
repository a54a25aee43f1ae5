// Holes: SEEK_DATA, SEEK_HOLE, blocks, fallocate.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    struct stat s;
    char b[16];
    int f = open("f", O_CREAT | O_RDWR, 0644);
    CHECK(pwrite(f, "data", 4, 1 << 20) == 4 && pwrite(f, "more", 4, 3 << 20) == 4);
    CHECK(fstat(f, &s) == 0 && s.st_size == (3 << 20) + 4 && s.st_blocks == 16);
    CHECK(pread(f, b, 16, 100) == 16 && b[0] == 0 && b[15] == 0);
    CHECK(lseek(f, 0, SEEK_DATA) == 1 << 20);
    CHECK(lseek(f, 0, SEEK_HOLE) == 0);
    CHECK(lseek(f, 1 << 20, SEEK_HOLE) == (1 << 20) + 4096);
    CHECK(lseek(f, (1 << 20) + 4096, SEEK_DATA) == 3 << 20);
    CHECK(lseek(f, 3 << 20, SEEK_HOLE) == (3 << 20) + 4);
    CHECK_ERRNO(lseek(f, (3 << 20) + 4, SEEK_DATA), ENXIO);
    CHECK_ERRNO(lseek(f, 4 << 20, SEEK_HOLE), ENXIO);
    CHECK_ERRNO(lseek(f, -1, SEEK_DATA), ENXIO);
    CHECK_ERRNO(lseek(f, 0, 9), EINVAL);
    CHECK_ERRNO(lseek(f, -5, SEEK_SET), EINVAL);
    CHECK(lseek(f, 1LL << 40, SEEK_SET) == 1LL << 40 && read(f, b, 1) == 0);
    // fallocate: room, holes, sizes.
    CHECK(fallocate(f, 0, 0, 8192) == 0 && fstat(f, &s) == 0 && s.st_blocks == 32 && s.st_size == (3 << 20) + 4);
    CHECK(fallocate(f, FALLOC_FL_KEEP_SIZE, 4 << 20, 4096) == 0 && fstat(f, &s) == 0 && s.st_size == (3 << 20) + 4);
    CHECK(fallocate(f, 0, 4 << 20, 8192) == 0 && fstat(f, &s) == 0 && s.st_size == (4 << 20) + 8192);
    CHECK(pwrite(f, "0123456789", 10, 0) == 10);
    CHECK(fallocate(f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2, 4) == 0);
    CHECK(pread(f, b, 10, 0) == 10 && memcmp(b, "01\0\0\0\0006789", 10) == 0);
    CHECK(fallocate(f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1 << 20, 4096) == 0 && lseek(f, 8192, SEEK_DATA) == 3 << 20);
    CHECK(pread(f, b, 4, 1 << 20) == 4 && memcmp(b, "\0\0\0\0", 4) == 0);
    CHECK_ERRNO(fallocate(f, FALLOC_FL_PUNCH_HOLE, 0, 4096), EOPNOTSUPP);
    CHECK_ERRNO(fallocate(f, 0, -1, 4096), EINVAL);
    CHECK_ERRNO(fallocate(f, 0, 0, 0), EINVAL);
    CHECK_ERRNO(fallocate(f, 0x4000, 0, 10), EOPNOTSUPP);
    CHECK_ERRNO(fallocate(f, 0, 0x7fffffffffffffff, 10), EFBIG);
    CHECK_ERRNO(fallocate(99, 0, 0, 10), EBADF);
    int r = open("f", O_RDONLY);
    CHECK_ERRNO(fallocate(r, 0, 0, 10), EBADF);
    int d = open(".", O_RDONLY);
    CHECK_ERRNO(fallocate(d, 0, 0, 10), EBADF);
    int p[2];
    CHECK(pipe(p) == 0);
    CHECK_ERRNO(fallocate(p[1], 0, 0, 10), ESPIPE);
    return done();
}
