// Mode, owner and times are kept as they were set.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    struct stat status;
    umask(022);
    int fd = open("a", O_RDWR | O_CREAT, 0666);
    CHECK(fstat(fd, &status) == 0 && (status.st_mode & 07777) == 0644);
    CHECK(fchmod(fd, 04750) == 0 && fstat(fd, &status) == 0 && (status.st_mode & 07777) == 04750);
    CHECK(fchown(fd, 12, 34) == 0 && fstat(fd, &status) == 0 && status.st_uid == 12 && status.st_gid == 34);
    CHECK((status.st_mode & 04000) == 0);
    CHECK(chown("a", -1, 56) == 0 && stat("a", &status) == 0 && status.st_uid == 12 && status.st_gid == 56);
    struct timespec times[2] = {{1000000000, 123456789}, {1500000000, 987654321}};
    CHECK(futimens(fd, times) == 0 && fstat(fd, &status) == 0);
    CHECK(status.st_atim.tv_sec == 1000000000 && status.st_atim.tv_nsec == 123456789);
    CHECK(status.st_mtim.tv_sec == 1500000000 && status.st_mtim.tv_nsec == 987654321);
    times[0].tv_nsec = UTIME_OMIT, times[1].tv_sec = 7, times[1].tv_nsec = 8;
    CHECK(utimensat(AT_FDCWD, "a", times, 0) == 0 && fstat(fd, &status) == 0);
    CHECK(status.st_atim.tv_sec == 1000000000 && status.st_mtim.tv_sec == 7 && status.st_mtim.tv_nsec == 8);
    times[1].tv_nsec = 1000000000;
    CHECK_ERRNO(utimensat(AT_FDCWD, "a", times, 0), EINVAL);
    struct timespec before = status.st_mtim;
    CHECK(write(fd, "x", 1) == 1 && fstat(fd, &status) == 0 && status.st_mtim.tv_sec > before.tv_sec);
    CHECK(mkdir("d", 01777) == 0 && stat("d", &status) == 0 && (status.st_mode & 07777) == 01755);
    CHECK(chmod("d", 02775) == 0 && mkdir("d/e", 0700) == 0 && stat("d/e", &status) == 0 && (status.st_mode & 02000));
    CHECK_ERRNO(chmod("missing", 0), ENOENT);
    rmdir("d/e"), rmdir("d"), close(fd), unlink("a");
    return done();
}
