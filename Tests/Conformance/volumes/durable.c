// Every way to ask for durability works on files and directories, and is refused where there is nothing to make durable.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, "1", 1) == 1 && fsync(fd) == 0);
    CHECK(write(fd, "2", 1) == 1 && fdatasync(fd) == 0);
    CHECK(fdatasync(fd) == 0);
    CHECK(syncfs(fd) == 0);
    sync();
    int directory = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(fsync(directory) == 0);
    CHECK(rename("a", "b") == 0 && fsync(directory) == 0);
    int through = open("b", O_WRONLY | O_SYNC);
    CHECK(through >= 0 && write(through, "3", 1) == 1);
    int data = open("b", O_WRONLY | O_DSYNC | O_APPEND);
    CHECK(data >= 0 && write(data, "4", 1) == 1);
    char buffer[8];
    CHECK(pread(fd, buffer, sizeof buffer, 0) == 3 && memcmp(buffer, "324", 3) == 0);
    CHECK_ERRNO(fsync(-1), EBADF);
    int ends[2];
    CHECK(pipe(ends) == 0);
    CHECK_ERRNO(fsync(ends[0]), EINVAL);
    CHECK_ERRNO(fdatasync(ends[1]), EINVAL);
    close(ends[0]), close(ends[1]), close(fd), close(through), close(data), close(directory), unlink("b");
    return done();
}
