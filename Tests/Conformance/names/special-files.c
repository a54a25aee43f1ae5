// mknod and mkfifo: what is made, what it is, what is refused.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int main(void) {
    struct stat s;
    CHECK(mkfifo("fifo", 0640) == 0 && stat("fifo", &s) == 0 && S_ISFIFO(s.st_mode) && (s.st_mode & 07777) == 0640);
    CHECK_ERRNO(mkfifo("fifo", 0640), EEXIST);
    CHECK(mknod("plain", S_IFREG | 0600, 0) == 0 && stat("plain", &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 0);
    CHECK(mknod("untyped", 0600, 0) == 0 && stat("untyped", &s) == 0 && S_ISREG(s.st_mode));
    CHECK(mknod("socket", S_IFSOCK | 0600, 0) == 0 && stat("socket", &s) == 0 && S_ISSOCK(s.st_mode));
    CHECK_ERRNO(open("socket", O_RDWR), ENXIO);
    CHECK_ERRNO(mknod("dir", S_IFDIR | 0700, 0), EPERM);
    CHECK_ERRNO(mknod("link", S_IFLNK | 0700, 0), EINVAL);
    CHECK_ERRNO(mknod("odd", 0150000, 0), EINVAL);
    CHECK_ERRNO(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
    int r = open("fifo", O_RDONLY | O_NONBLOCK);
    CHECK(r >= 0);
    char c = 0;
    CHECK(read(r, &c, 1) == 0);
    int w = open("fifo", O_WRONLY | O_NONBLOCK);
    CHECK(w >= 0);
    CHECK_ERRNO(read(r, &c, 1), EAGAIN);
    CHECK(write(w, "x", 1) == 1 && read(r, &c, 1) == 1 && c == 'x');
    CHECK(unlink("fifo") == 0);
    CHECK(write(w, "y", 1) == 1 && read(r, &c, 1) == 1 && c == 'y');
    CHECK(close(w) == 0 && read(r, &c, 1) == 0);
    CHECK_ERRNO(lseek(r, 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(ftruncate(r, 0), EINVAL);
    CHECK(mkfifo("both", 0600) == 0);
    int both = open("both", O_RDWR);
    CHECK(both >= 0 && write(both, "z", 1) == 1 && read(both, &c, 1) == 1 && c == 'z');
    CHECK_ERRNO(mkfifoat(99, "x", 0600), EBADF);
    CHECK_ERRNO(mkfifo("plain/x", 0600), ENOTDIR);
    return done();
}
