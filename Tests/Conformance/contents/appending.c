// O_APPEND, shared offsets of duplicates, independent ones of two opens.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    char b[32] = "";
    int f = open("f", O_CREAT | O_RDWR | O_APPEND, 0644), g = open("f", O_RDWR);
    CHECK(write(f, "aaaa", 4) == 4 && write(g, "bb", 2) == 2 && write(f, "cc", 2) == 2);
    CHECK(pread(g, b, 32, 0) == 6 && !memcmp(b, "bbaacc", 6));
    CHECK(lseek(f, 0, SEEK_SET) == 0 && write(f, "d", 1) == 1 && lseek(f, 0, SEEK_CUR) == 7);
    // As Linux has it, pwrite appends too.
    CHECK(pwrite(f, "e", 1, 0) == 1 && pread(g, b, 32, 0) == 8 && !memcmp(b, "bbaaccde", 8));
    CHECK(lseek(f, 0, SEEK_CUR) == 7);
    int copy = dup(f);
    CHECK(lseek(copy, 3, SEEK_SET) == 3 && lseek(f, 0, SEEK_CUR) == 3);
    CHECK(fcntl(copy, F_SETFL, 0) == 0 && (fcntl(f, F_GETFL) & O_APPEND) == 0);
    CHECK(write(f, "X", 1) == 1 && pread(g, b, 32, 0) == 8 && b[3] == 'X');
    CHECK(fcntl(g, F_SETFL, O_APPEND) == 0 && write(g, "Y", 1) == 1 && pread(g, b, 32, 0) == 9 && b[8] == 'Y');
    CHECK(lseek(g, -1, SEEK_END) == 8 && lseek(g, 2, SEEK_CUR) == 10 && read(g, b, 1) == 0);
    CHECK_ERRNO(lseek(g, -11, SEEK_CUR), EINVAL);
    CHECK_ERRNO(lseek(g, 0x7fffffffffffffff, SEEK_CUR), EINVAL);
    CHECK(lseek(g, 0, SEEK_CUR) == 10);
    CHECK_ERRNO(lseek(99, 0, SEEK_SET), EBADF);
    CHECK_ERRNO(pwrite(g, b, 1, -1), EINVAL);
    // Reading at the end while it grows.
    int r = open("f", O_RDONLY);
    CHECK(lseek(r, 0, SEEK_END) == 9 && read(r, b, 4) == 0 && write(g, "more", 4) == 4 && read(r, b, 8) == 4);
    // Truncating under a reader.
    CHECK(ftruncate(g, 2) == 0 && read(r, b, 4) == 0 && lseek(r, 0, SEEK_SET) == 0 && read(r, b, 4) == 2);
    return done();
}
