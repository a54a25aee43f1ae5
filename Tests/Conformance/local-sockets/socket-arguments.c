// Which families, types, protocols and flags socket and socketpair take, and the errors of calls on what is no socket.
#include "../check.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(void) {
    int pair[2], ends[2], one = 1;
    char byte = 'x';
    socklen_t length = sizeof one;
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    CHECK_ERRNO(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM, 99), EPROTONOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, 4, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, 12, 0), EINVAL);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM | 0x100000, 0), EINVAL);
    CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 99, pair), EPROTONOSUPPORT);
    CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)8), EFAULT);

    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, AF_UNIX, pair) == 0);
    CHECK(fcntl(pair[0], F_GETFD) == FD_CLOEXEC);
    CHECK(fcntl(pair[1], F_GETFL) == (O_RDWR | O_NONBLOCK));
    CHECK_ERRNO(recv(pair[0], &byte, 1, 0), EAGAIN);
    CHECK_ERRNO(lseek(pair[0], 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(pread(pair[0], &byte, 1, 0), ESPIPE);
    CHECK_ERRNO(ftruncate(pair[0], 0), EINVAL);

    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &one, &length) == 0 && one == SOCK_STREAM && length == 4);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_DOMAIN, &one, &length) == 0 && one == AF_UNIX);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_PROTOCOL, &one, &length) == 0);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &one, &length) == 0 && one == 0);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_ACCEPTCONN, &one, &length) == 0 && one == 0);
    CHECK_ERRNO(getsockopt(pair[0], SOL_SOCKET, 9999, &one, &length), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(pair[0], SOL_SOCKET, SO_TYPE, &one, sizeof one), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &one, 2), EINVAL);
    CHECK_ERRNO(getsockopt(pair[0], 6, 1, &one, &length), EOPNOTSUPP);
    CHECK_ERRNO(setsockopt(pair[0], 6, 1, &one, sizeof one), EOPNOTSUPP);
    length = -1;
    CHECK_ERRNO(getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &one, &length), EINVAL);
    length = 2;
    one = 0x7fff7fff;
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &one, &length) == 0 && one == 0x7fff0001 && length == 2);

    CHECK(pipe(ends) == 0);
    CHECK_ERRNO(send(ends[1], "x", 1, 0), ENOTSOCK);
    CHECK_ERRNO(listen(ends[1], 1), ENOTSOCK);
    CHECK_ERRNO(accept(ends[1], NULL, NULL), ENOTSOCK);
    CHECK_ERRNO(connect(ends[1], (void *)&address, 4), ENOTSOCK);
    CHECK_ERRNO(getsockname(ends[1], (void *)&address, &length), ENOTSOCK);
    CHECK_ERRNO(getsockopt(ends[1], SOL_SOCKET, SO_TYPE, &one, &length), ENOTSOCK);
    CHECK_ERRNO(recv(999, &byte, 1, 0), EBADF);
    CHECK_ERRNO(bind(999, (void *)&address, 4), EBADF);
    int path = open(".", O_PATH);
    CHECK_ERRNO(send(path, "x", 1, 0), EBADF);
    CHECK_ERRNO(accept4(pair[0], NULL, NULL, 0x7), EINVAL);
    CHECK_ERRNO(shutdown(pair[0], 3), EINVAL);
    CHECK_ERRNO(shutdown(ends[0], 0), ENOTSOCK);
    return done();
}
