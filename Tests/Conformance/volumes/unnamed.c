// A file that lost its last name stays while it is open; one that never had a name can be given one.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    char buffer[8], path[64];
    struct stat status;
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, "before", 6) == 6);
    CHECK(unlink("a") == 0);
    CHECK(fsync(fd) == 0);
    CHECK(pwrite(fd, "after!", 6, 0) == 6 && pread(fd, buffer, 6, 0) == 6 && memcmp(buffer, "after!", 6) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 0 && status.st_size == 6);
    int other = open("a", O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(other >= 0 && fstat(other, &status) == 0 && status.st_size == 0);
    CHECK(pread(fd, buffer, 6, 0) == 6);
    close(fd);
    close(other);
    unlink("a");
    fd = open(".", O_TMPFILE | O_RDWR, 0640);
    CHECK(fd >= 0);
    CHECK(write(fd, "hidden", 6) == 6 && fstat(fd, &status) == 0 && status.st_nlink == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    CHECK(linkat(AT_FDCWD, path, AT_FDCWD, "b", AT_SYMLINK_FOLLOW) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 1);
    CHECK(stat("b", &status) == 0 && status.st_size == 6 && (status.st_mode & 0777) == 0640);
    CHECK_ERRNO(linkat(AT_FDCWD, path, AT_FDCWD, "b", AT_SYMLINK_FOLLOW), EEXIST);
    close(fd);
    CHECK(unlink("b") == 0);
    CHECK_ERRNO(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    return done();
}
