// truncate and ftruncate: sizes, zeros, refusals.
#include "../check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

int main(void) {
    struct stat s;
    char b[32] = {1};
    int f = open("f", O_CREAT | O_RDWR, 0644);
    CHECK(write(f, "0123456789", 10) == 10);
    CHECK(ftruncate(f, 4) == 0 && fstat(f, &s) == 0 && s.st_size == 4);
    CHECK(truncate("f", 20) == 0 && fstat(f, &s) == 0 && s.st_size == 20);
    CHECK(pread(f, b, 32, 0) == 20 && memcmp(b, "0123\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20) == 0);
    CHECK(lseek(f, 0, SEEK_CUR) == 10);
    CHECK(ftruncate(f, 100000) == 0 && pwrite(f, "x", 1, 50000) == 1 && ftruncate(f, 50000) == 0 && ftruncate(f, 60000) == 0);
    CHECK(pread(f, b, 1, 50000) == 1 && b[0] == 0);
    CHECK_ERRNO(ftruncate(f, -1), EINVAL);
    CHECK_ERRNO(truncate("f", -1), EINVAL);
    CHECK_ERRNO(truncate("none", 0), ENOENT);
    CHECK_ERRNO(truncate(".", 0), EISDIR);
    CHECK_ERRNO(truncate("f/x", 0), ENOTDIR);
    CHECK_ERRNO(ftruncate(99, 0), EBADF);
    int r = open("f", O_RDONLY);
    CHECK_ERRNO(ftruncate(r, 0), EINVAL);
    int p[2];
    CHECK(pipe(p) == 0);
    CHECK_ERRNO(ftruncate(p[1], 0), EINVAL);
    // RLIMIT_FSIZE: a write up to it is cut, one behind it fails, with SIGXFSZ.
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {1000, RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(ftruncate(f, 5000) == 0 && ftruncate(f, 1000) == 0);
    CHECK_ERRNO(ftruncate(f, 1001), EFBIG);
    CHECK_ERRNO(truncate("f", 5000), EFBIG);
    char kilo[600] = {0};
    CHECK(lseek(f, 500, SEEK_SET) == 500 && write(f, kilo, 600) == 500);
    CHECK_ERRNO(write(f, kilo, 1), EFBIG);
    CHECK_ERRNO(pwrite(f, kilo, 1, 1000), EFBIG);
    CHECK(pwrite(f, kilo, 10, 995) == 5);
    CHECK_ERRNO(posix_fallocate(f, 0, 2000) ? (errno = EFBIG, -1) : 0, EFBIG);
    int q = open("g", O_CREAT | O_RDWR | O_APPEND, 0644);
    CHECK(write(q, kilo, 600) == 600 && write(q, kilo, 600) == 400);
    CHECK_ERRNO(write(q, kilo, 600), EFBIG);
    return done();
}
