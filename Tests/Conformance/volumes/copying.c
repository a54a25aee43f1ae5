// copy_file_range and sendfile move what a file holds, holes included.
#include "../check.h"
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

static char bytes[50000], found[50000];

int main(void) {
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 13);
    int from = open("from", O_RDWR | O_CREAT, 0600), to = open("to", O_RDWR | O_CREAT, 0600);
    CHECK(write(from, bytes, sizeof bytes) == sizeof bytes);
    off_t in = 0, out = 0;
    size_t left = sizeof bytes;
    while (left > 0) {
        ssize_t n = copy_file_range(from, &in, to, &out, left, 0);
        if (n <= 0) break;
        left -= (size_t)n;
    }
    CHECK(left == 0 && in == sizeof bytes && out == sizeof bytes);
    CHECK(pread(to, found, sizeof found, 0) == sizeof found && memcmp(found, bytes, sizeof bytes) == 0);
    CHECK(copy_file_range(from, &in, to, &out, 10, 0) == 0);
    CHECK(ftruncate(to, 0) == 0 && lseek(to, 0, SEEK_SET) == 0);
    in = 1000;
    left = 30000;
    while (left > 0) {
        ssize_t n = sendfile(to, from, &in, left);
        if (n <= 0) break;
        left -= (size_t)n;
    }
    CHECK(left == 0 && in == 31000);
    CHECK(pread(to, found, 30000, 0) == 30000 && memcmp(found, bytes + 1000, 30000) == 0);
    CHECK_ERRNO(copy_file_range(from, NULL, to, NULL, 10, 1), EINVAL);
    int directory = open(".", O_RDONLY);
    CHECK_ERRNO(copy_file_range(directory, NULL, to, NULL, 10, 0), EISDIR);
    close(directory), close(from), close(to), unlink("from"), unlink("to");
    return done();
}
