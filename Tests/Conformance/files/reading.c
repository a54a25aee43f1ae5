// Files are created, written, read back, positioned and removed.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    int fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0640);
    CHECK(fd >= 0);
    CHECK_ERRNO(open("a", O_RDWR | O_CREAT | O_EXCL, 0640), EEXIST);
    CHECK(write(fd, "0123456789", 10) == 10);
    CHECK(lseek(fd, -4, SEEK_END) == 6);
    char buffer[16];
    CHECK(read(fd, buffer, sizeof buffer) == 4 && memcmp(buffer, "6789", 4) == 0);
    CHECK(read(fd, buffer, sizeof buffer) == 0);
    CHECK(pread(fd, buffer, 3, 2) == 3 && memcmp(buffer, "234", 3) == 0);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(pread(fd, buffer, 1, -1), EINVAL);
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == 10 && (status.st_mode & 07777) == 0640 && status.st_nlink == 1);
    CHECK(unlink("a") == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 0);
    CHECK_ERRNO(unlink("a"), ENOENT);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(close(fd), EBADF);
    CHECK_ERRNO(read(fd, buffer, 1), EBADF);
    return done();
}
