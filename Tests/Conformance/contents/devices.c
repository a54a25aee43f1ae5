// /dev: null, zero, full, random, urandom, fd.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/ioctl.h>

int main(void) {
    struct stat s;
    char b[64];
    const struct {
        const char *path;
        int minor;
    } devices[] = {{"/dev/null", 3}, {"/dev/zero", 5}, {"/dev/full", 7}, {"/dev/random", 8}, {"/dev/urandom", 9}};
    for (int i = 0; i < 5; i++) {
        CHECK(stat(devices[i].path, &s) == 0 && S_ISCHR(s.st_mode) && (s.st_mode & 0777) == 0666);
        CHECK(major(s.st_rdev) == 1 && (int)minor(s.st_rdev) == devices[i].minor);
    }
    int n = open("/dev/null", O_RDWR | O_TRUNC | O_CREAT, 0600);
    CHECK(n >= 0 && read(n, b, 1) == 0 && write(n, b, 64) == 64 && lseek(n, 100, SEEK_SET) == 0);
    CHECK_ERRNO(ftruncate(n, 0), EINVAL);
    CHECK_ERRNO(ioctl(n, FIONREAD, b), ENOTTY);
    int z = open("/dev/zero", O_RDWR);
    memset(b, 1, 64);
    CHECK(read(z, b, 64) == 64 && b[0] == 0 && b[63] == 0 && write(z, b, 64) == 64);
    CHECK_ERRNO(read(z, (void *)8, 10), EFAULT);
    int f = open("/dev/full", O_RDWR);
    CHECK(read(f, b, 10) == 10 && b[0] == 0);
    CHECK_ERRNO(write(f, b, 1), ENOSPC);
    int r = open("/dev/urandom", O_RDWR);
    char c[64];
    CHECK(read(r, b, 64) == 64 && read(r, c, 64) == 64 && memcmp(b, c, 64));
    CHECK(write(r, b, 10) == 10);
    CHECK(stat("/dev/fd", &s) == 0 && S_ISDIR(s.st_mode));
    char path[32];
    sprintf(path, "/dev/fd/%d", n);
    CHECK(readlink(path, b, 64) == 9 && !memcmp(b, "/dev/null", 9));
    CHECK(mkdir("/dev/shm/d", 0700) == 0 && stat("/dev/shm", &s) == 0 && (s.st_mode & 07777) == 01777);
    CHECK(rmdir("/dev/shm/d") == 0);
    CHECK_ERRNO(open("/dev/none", O_RDWR), ENOENT);
    CHECK_ERRNO(open("/dev/null/x", O_RDWR), ENOTDIR);
    return done();
}
