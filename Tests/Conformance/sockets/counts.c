// How much waits in a socket: FIONREAD, SIOCOUTQ; urgent data and its mark.
#include "loopback.h"
#include <linux/sockios.h>

int main(void) {
    int ends[2], count = -1;
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(ioctl(ends[1], FIONREAD, &count) == 0 && count == 0);
    CHECK(write(ends[0], "0123456789", 10) == 10);
    CHECK(ready(ends[1], POLLIN, 1000) == POLLIN);
    CHECK(ioctl(ends[1], FIONREAD, &count) == 0 && count == 10);
    char bytes[16];
    CHECK(recv(ends[1], bytes, sizeof bytes, MSG_PEEK) == 10);
    CHECK(ready(ends[1], POLLIN, 0) == POLLIN);
    CHECK(recv(ends[1], bytes, 4, 0) == 4);
    CHECK(ioctl(ends[1], FIONREAD, &count) == 0 && count == 6);
    CHECK(recv(ends[1], bytes, sizeof bytes, 0) == 6);
    CHECK(ioctl(ends[0], SIOCOUTQ, &count) == 0 && count == 0);

    CHECK(send(ends[0], "u", 1, MSG_OOB) == 1);
    CHECK(ready(ends[1], POLLPRI, 1000) == POLLPRI);
    CHECK(recv(ends[1], bytes, 1, MSG_OOB) == 1 && bytes[0] == 'u');
    CHECK_ERRNO(recv(ends[1], bytes, 1, MSG_OOB), EINVAL);
    CHECK(ioctl(ends[1], SIOCATMARK, &count) == 0 && count == 1);
    struct sockaddr_storage address;
    socklen_t length;
    int listener = listening(AF_INET, &address, &length);
    CHECK_ERRNO(ioctl(listener, FIONREAD, &count), EINVAL);
    return done();
}
