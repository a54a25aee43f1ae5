// splice, tee and vmsplice between pipes, files and sockets, and what they refuse.
#include "../check.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

int main(void) {
    int p[2], q[2], s[2];
    char buffer[100];
    loff_t at;
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    int file = open("file", O_RDWR | O_CREAT, 0600), append = open("file", O_WRONLY | O_APPEND);
    CHECK(write(file, "0123456789", 10) == 10);

    at = 2;
    CHECK(splice(file, &at, p[1], NULL, 5, 0) == 5 && at == 7);
    CHECK(lseek(file, 0, SEEK_CUR) == 10);
    lseek(file, 8, SEEK_SET);
    CHECK(splice(file, NULL, p[1], NULL, 100, 0) == 2);
    CHECK(lseek(file, 0, SEEK_CUR) == 10);
    CHECK(splice(file, NULL, p[1], NULL, 100, 0) == 0);
    CHECK(tee(p[0], q[1], 3, 0) == 3);
    CHECK(tee(p[0], q[1], 100, 0) == 7);
    CHECK(read(q[0], buffer, 100) == 10 && memcmp(buffer, "2342345689", 10) == 0);
    CHECK(splice(p[0], NULL, q[1], NULL, 4, 0) == 4);
    CHECK(read(q[0], buffer, 100) == 4 && memcmp(buffer, "2345", 4) == 0);
    at = 0;
    CHECK(splice(p[0], NULL, file, &at, 100, 0) == 3 && at == 3);
    CHECK(pread(file, buffer, 10, 0) == 10 && memcmp(buffer, "6893456789", 10) == 0);
    CHECK_ERRNO(splice(p[0], NULL, q[1], NULL, 1, 0), EAGAIN);
    CHECK_ERRNO(tee(p[0], q[1], 1, SPLICE_F_NONBLOCK), EAGAIN);

    struct iovec parts[] = {{"one", 3}, {"two", 3}}, into[] = {{buffer, 2}, {buffer + 10, 20}};
    CHECK(vmsplice(p[1], parts, 2, 0) == 6);
    CHECK(vmsplice(p[0], into, 2, 0) == 6 && memcmp(buffer, "on", 2) == 0 && memcmp(buffer + 10, "etwo", 4) == 0);
    CHECK_ERRNO(vmsplice(file, parts, 2, 0), EBADF);

    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    write(p[1], "socket", 6);
    CHECK(splice(p[0], NULL, s[0], NULL, 6, 0) == 6);
    CHECK(splice(s[1], NULL, p[1], NULL, 100, 0) == 6);
    CHECK(read(p[0], buffer, 100) == 6 && memcmp(buffer, "socket", 6) == 0);

    CHECK(splice(999, NULL, 998, NULL, 0, 0) == 0);
    CHECK_ERRNO(splice(999, NULL, p[1], NULL, 1, 0), EBADF);
    CHECK_ERRNO(splice(p[1], NULL, q[1], NULL, 1, 0), EBADF);
    CHECK_ERRNO(splice(p[0], NULL, p[1], NULL, 1, 0), EINVAL);
    CHECK_ERRNO(splice(file, NULL, file, NULL, 1, 0), EINVAL);
    CHECK_ERRNO(splice(file, NULL, p[1], NULL, 1, 64), EINVAL);
    at = 0;
    CHECK_ERRNO(splice(p[0], &at, q[1], NULL, 1, 0), ESPIPE);
    CHECK_ERRNO(splice(file, NULL, p[1], &at, 1, 0), ESPIPE);
    write(p[1], "x", 1);
    CHECK_ERRNO(splice(p[0], NULL, append, NULL, 1, 0), EINVAL);
    CHECK_ERRNO(tee(p[0], p[1], 1, 0), EINVAL);
    CHECK_ERRNO(tee(file, p[1], 1, 0), EINVAL);
    read(p[0], buffer, 1);
    close(p[1]);
    CHECK(splice(p[0], NULL, q[1], NULL, 1, 0) == 0);
    close(q[0]);
    return done();
}
