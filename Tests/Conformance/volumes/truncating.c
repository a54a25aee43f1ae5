// What was cut off is zeros when the file grows again, within a block and across many.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

static unsigned char bytes[100000];

static int all(const unsigned char *from, size_t count, unsigned char value) {
    for (size_t i = 0; i < count; i++)
        if (from[i] != value) return 0;
    return 1;
}

int main(void) {
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    memset(bytes, 5, sizeof bytes);
    CHECK(write(fd, bytes, sizeof bytes) == sizeof bytes);
    CHECK(ftruncate(fd, 5000) == 0);
    CHECK(lseek(fd, 0, SEEK_END) == 5000);
    CHECK(ftruncate(fd, 100000) == 0);
    CHECK(pread(fd, bytes, sizeof bytes, 0) == sizeof bytes);
    CHECK(all(bytes, 5000, 5) && all(bytes + 5000, 95000, 0));
    CHECK(truncate("a", 4096) == 0 && truncate("a", 8192) == 0);
    CHECK(pread(fd, bytes, 8192, 0) == 8192 && all(bytes, 4096, 5) && all(bytes + 4096, 4096, 0));
    CHECK(ftruncate(fd, 0) == 0);
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == 0 && status.st_blocks == 0);
    CHECK(pread(fd, bytes, 1, 0) == 0);
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    CHECK_ERRNO(truncate("missing", 1), ENOENT);
    CHECK_ERRNO(truncate(".", 1), EISDIR);
    int reader = open("a", O_RDONLY);
    CHECK_ERRNO(ftruncate(reader, 1), EINVAL);
    close(reader);
    CHECK(write(fd, "xyz", 3) == 3);
    CHECK((reader = open("a", O_RDWR | O_TRUNC)) >= 0 && fstat(reader, &status) == 0 && status.st_size == 0);
    close(reader);
    close(fd);
    unlink("a");
    return done();
}
