// sendfile and copy_file_range.
#include "../check.h"
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/socket.h>

int main(void) {
    char b[64];
    int in = open("in", O_CREAT | O_RDWR, 0644), out = open("out", O_CREAT | O_RDWR, 0644), p[2], s[2];
    CHECK(write(in, "0123456789abcdef", 16) == 16 && pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    off_t at = 4;
    CHECK(sendfile(out, in, &at, 4) == 4 && at == 8 && lseek(in, 0, SEEK_CUR) == 16 && lseek(out, 0, SEEK_CUR) == 4);
    CHECK(lseek(in, 0, SEEK_SET) == 0 && sendfile(out, in, NULL, 100) == 16 && lseek(in, 0, SEEK_CUR) == 16);
    CHECK(sendfile(out, in, NULL, 100) == 0);
    CHECK(pread(out, b, 64, 0) == 20 && !memcmp(b, "45670123456789abcdef", 20));
    at = 0;
    CHECK(sendfile(p[1], in, &at, 3) == 3 && read(p[0], b, 10) == 3 && !memcmp(b, "012", 3));
    CHECK(sendfile(s[0], in, &at, 3) == 3 && read(s[1], b, 10) == 3 && !memcmp(b, "345", 3));
    at = -1;
    CHECK_ERRNO(sendfile(out, in, &at, 1), EINVAL);
    CHECK_ERRNO(sendfile(out, p[0], NULL, 1), EINVAL);
    CHECK_ERRNO(sendfile(99, in, NULL, 1), EBADF);
    CHECK_ERRNO(sendfile(out, 99, NULL, 1), EBADF);
    CHECK_ERRNO(sendfile(out, in, (void *)8, 1), EFAULT);
    int append = open("out", O_WRONLY | O_APPEND), readonly = open("in", O_RDONLY), writeonly = open("in", O_WRONLY);
    CHECK_ERRNO(sendfile(append, in, NULL, 1), EINVAL);
    CHECK_ERRNO(sendfile(readonly, in, NULL, 1), EBADF);
    CHECK_ERRNO(sendfile(out, writeonly, NULL, 1), EBADF);
    // copy_file_range.
    loff_t from = 2, to = 30;
    CHECK(copy_file_range(in, &from, out, &to, 5, 0) == 5 && from == 7 && to == 35);
    struct stat st;
    CHECK(fstat(out, &st) == 0 && st.st_size == 35 && pread(out, b, 5, 30) == 5 && !memcmp(b, "23456", 5));
    CHECK(lseek(in, 10, SEEK_SET) == 10 && lseek(out, 0, SEEK_SET) == 0);
    CHECK(copy_file_range(in, NULL, out, NULL, 100, 0) == 6 && lseek(in, 0, SEEK_CUR) == 16 && lseek(out, 0, SEEK_CUR) == 6);
    CHECK(copy_file_range(in, NULL, out, NULL, 100, 0) == 0);
    from = 0, to = 8;
    CHECK(copy_file_range(in, &from, in, &to, 8, 0) == 8 && pread(in, b, 16, 0) == 16 && !memcmp(b, "0123456701234567", 16));
    from = 0, to = 4;
    CHECK_ERRNO(copy_file_range(in, &from, in, &to, 8, 0), EINVAL);
    CHECK_ERRNO(copy_file_range(in, NULL, out, NULL, 1, 1), EINVAL);
    CHECK_ERRNO(copy_file_range(p[0], NULL, out, NULL, 1, 0), EINVAL);
    CHECK_ERRNO(copy_file_range(in, NULL, append, NULL, 1, 0), EBADF);
    CHECK_ERRNO(copy_file_range(in, NULL, readonly, NULL, 1, 0), EBADF);
    CHECK_ERRNO(copy_file_range(writeonly, NULL, out, NULL, 1, 0), EBADF);
    int d = open(".", O_RDONLY);
    CHECK_ERRNO(copy_file_range(d, NULL, out, NULL, 1, 0), EISDIR);
    return done();
}
