// statx and statfs.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

int main(void) {
    struct statx x;
    struct stat s;
    int f = open("f", O_CREAT | O_RDWR, 0640);
    CHECK(write(f, "12345", 5) == 5 && fstat(f, &s) == 0);
    CHECK(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS | STATX_BTIME, &x) == 0);
    CHECK((x.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS && (x.stx_mask & STATX_BTIME));
    CHECK(x.stx_ino == s.st_ino && x.stx_size == 5 && x.stx_mode == s.st_mode && x.stx_nlink == 1 && x.stx_blksize == 4096);
    CHECK(x.stx_mtime.tv_sec == s.st_mtim.tv_sec && x.stx_mtime.tv_nsec == s.st_mtim.tv_nsec);
    CHECK(x.stx_btime.tv_sec > 1000000000 && x.stx_btime.tv_sec <= x.stx_ctime.tv_sec);
    CHECK(statx(f, "", AT_EMPTY_PATH, STATX_SIZE, &x) == 0 && x.stx_size == 5);
    CHECK(symlink("f", "l") == 0 && statx(AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, STATX_TYPE, &x) == 0 && S_ISLNK(x.stx_mode));
    CHECK(statx(AT_FDCWD, "l", AT_STATX_FORCE_SYNC, STATX_TYPE, &x) == 0 && S_ISREG(x.stx_mode));
    CHECK(statx(AT_FDCWD, "/dev/zero", 0, STATX_BASIC_STATS, &x) == 0 && x.stx_rdev_major == 1 && x.stx_rdev_minor == 5);
    CHECK_ERRNO(statx(AT_FDCWD, "f", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, STATX_SIZE, &x), EINVAL);
    CHECK_ERRNO(statx(AT_FDCWD, "f", 0x8000000, STATX_SIZE, &x), EINVAL);
    CHECK_ERRNO(statx(AT_FDCWD, "f", 0, 0x80000000, &x), EINVAL);
    CHECK_ERRNO(statx(AT_FDCWD, "", 0, STATX_SIZE, &x), ENOENT);
    CHECK_ERRNO(statx(99, "f", 0, STATX_SIZE, &x), EBADF);
    CHECK_ERRNO(statx(AT_FDCWD, "f", 0, STATX_SIZE, (void *)8), EFAULT);
    struct statfs fs;
    CHECK(statfs("/dev/shm", &fs) == 0 && fs.f_type == 0x01021994 && fs.f_namelen == 255 && fs.f_bsize == 4096);
    CHECK(fs.f_blocks > 0 && fs.f_bfree <= fs.f_blocks && fs.f_bavail <= fs.f_bfree);
    CHECK(statfs("/proc", &fs) == 0 && fs.f_type == 0x9fa0);
    CHECK(fstatfs(f, &fs) == 0);
    CHECK_ERRNO(statfs("none", &fs), ENOENT);
    CHECK_ERRNO(fstatfs(99, &fs), EBADF);
    CHECK_ERRNO(statfs("f", (void *)8), EFAULT);
    struct statvfs v;
    CHECK(statvfs("/dev/shm", &v) == 0 && v.f_namemax == 255);
    CHECK_ERRNO(stat("f", (void *)8), EFAULT);
    CHECK_ERRNO(fstat(99, &s), EBADF);
    return done();
}
