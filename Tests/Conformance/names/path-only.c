// O_PATH descriptors: names for files that read and write nothing.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/ioctl.h>

int main(void) {
    char c, path[64];
    struct stat s;
    CHECK(mkdir("d", 0755) == 0 && close(creat("d/f", 0)) == 0 && symlink("d/f", "l") == 0);
    int f = open("d/f", O_PATH);
    CHECK(f >= 0 && fstat(f, &s) == 0 && S_ISREG(s.st_mode));
    CHECK_ERRNO(read(f, &c, 1), EBADF);
    CHECK_ERRNO(write(f, &c, 1), EBADF);
    CHECK_ERRNO(lseek(f, 0, SEEK_SET), EBADF);
    CHECK_ERRNO(ftruncate(f, 0), EBADF);
    CHECK_ERRNO(fchmod(f, 0600), EBADF);
    CHECK_ERRNO(fchown(f, 0, 0), EBADF);
    CHECK_ERRNO(fsync(f), EBADF);
    CHECK_ERRNO(ioctl(f, FIONREAD, &c), EBADF);
    CHECK_ERRNO(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, f, 0) == MAP_FAILED ? -1 : 0, EBADF);
    CHECK((fcntl(f, F_GETFL) & O_PATH) == O_PATH);
    CHECK(fcntl(f, F_GETFD) == 0 && fcntl(f, F_SETFD, FD_CLOEXEC) == 0 && fcntl(f, F_GETFD) == FD_CLOEXEC);
    CHECK_ERRNO(fcntl(f, F_SETFL, 0), EBADF);
    int copy = dup(f);
    CHECK(copy > f && close(copy) == 0);
    struct statfs fs;
    CHECK(fstatfs(f, &fs) == 0);
    CHECK(fstatat(f, "", &s, AT_EMPTY_PATH) == 0);
    int l = open("l", O_PATH | O_NOFOLLOW);
    CHECK(l >= 0 && fstat(l, &s) == 0 && S_ISLNK(s.st_mode));
    char text[16] = "";
    CHECK(readlinkat(l, "", text, sizeof text) == 3 && strcmp(text, "d/f") == 0);
    CHECK(fchownat(f, "", 0, 0, AT_EMPTY_PATH) == 0);
    CHECK(linkat(f, "", AT_FDCWD, "second", AT_EMPTY_PATH) == 0 && fstat(f, &s) == 0 && s.st_nlink == 2);
    int d = open("d", O_PATH | O_DIRECTORY);
    CHECK(d >= 0 && openat(d, "f", O_RDONLY) >= 0);
    CHECK_ERRNO(open("d/f", O_PATH | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(open("d/none", O_PATH | O_CREAT, 0600), ENOENT);
    // By /proc/self/fd it becomes a file to read.
    snprintf(path, sizeof path, "/proc/self/fd/%d", f);
    CHECK(chmod(path, 0644) == 0 && fstat(f, &s) == 0 && (s.st_mode & 0777) == 0644);
    int again = open(path, O_RDWR);
    CHECK(again >= 0 && write(again, "x", 1) == 1);
    struct pollfd p = {f, POLLIN, 0};
    CHECK(poll(&p, 1, 0) == 1 && p.revents == POLLNVAL);
    return done();
}
