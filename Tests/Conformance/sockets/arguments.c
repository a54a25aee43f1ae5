// What socket calls refuse, and with which error.
#include "loopback.h"

int main(void) {
    CHECK_ERRNO(socket(AF_INET, 77, 0), EINVAL);
    CHECK_ERRNO(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
    CHECK_ERRNO(socket(AF_INET, SOCK_STREAM | 0x100, 0), EINVAL);
    CHECK_ERRNO(socket(AF_INET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
    int pair[2];
    CHECK_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, pair), EOPNOTSUPP);

    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_storage address;
    socklen_t length = loopback(AF_INET, 0, &address);
    CHECK_ERRNO(bind(s, (struct sockaddr *)&address, 3), EINVAL);
    CHECK_ERRNO(bind(s, NULL, 16), EFAULT);
    CHECK_ERRNO(bind(s, (struct sockaddr *)&address, 4000), EINVAL);
    CHECK_ERRNO(connect(s, (struct sockaddr *)&address, 3), EINVAL);
    CHECK(bind(s, (struct sockaddr *)&address, length) == 0);
    CHECK_ERRNO(bind(s, (struct sockaddr *)&address, length), EINVAL);
    CHECK_ERRNO(accept(s, NULL, NULL), EINVAL);
    CHECK_ERRNO(getpeername(s, (struct sockaddr *)&address, &length), ENOTCONN);
    CHECK(listen(s, 1) == 0);
    CHECK_ERRNO(getsockname(s, NULL, &length), EFAULT);
    length = (socklen_t)-1;
    CHECK_ERRNO(getsockname(s, (struct sockaddr *)&address, &length), EINVAL);

    length = sizeof address;
    CHECK(getsockname(s, (struct sockaddr *)&address, &length) == 0);
    int taken = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(bind(taken, (struct sockaddr *)&address, length), EADDRINUSE);
    struct sockaddr_in foreign = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000201)};
    CHECK_ERRNO(bind(taken, (struct sockaddr *)&foreign, sizeof foreign), EADDRNOTAVAIL);

    CHECK_ERRNO(accept4(s, NULL, NULL, 0x12345), EINVAL);
    CHECK_ERRNO(lseek(s, 0, SEEK_SET), ESPIPE);
    char byte;
    CHECK_ERRNO(pread(s, &byte, 1, 0), ESPIPE);
    int plain = open("/dev/null", O_RDWR);
    CHECK_ERRNO(listen(plain, 1), ENOTSOCK);
    CHECK_ERRNO(send(plain, "x", 1, 0), ENOTSOCK);
    CHECK_ERRNO(listen(999, 1), EBADF);
    CHECK_ERRNO(ioctl(s, TIOCGWINSZ, &byte), ENOTTY);
    return done();
}
