// Calls that wait for what cannot come: after an error was taken, after the reading end was shut, on a listener that was looked at early.
#include "loopback.h"
#include <sys/time.h>

int main(void) {
    struct sockaddr_storage address;
    socklen_t length;
    int gone = bound(AF_INET, SOCK_DGRAM, &address, &length);
    CHECK(gone >= 0);
    int packets = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(connect(packets, (struct sockaddr *)&address, length) == 0);
    CHECK(close(gone) == 0);

    char byte;
    CHECK(send(packets, "x", 1, 0) == 1);
    CHECK(ready(packets, POLLIN, 1000) & POLLERR);
    CHECK_ERRNO(recv(packets, &byte, 1, 0), ECONNREFUSED);
    // The error is taken: now there is nothing.
    CHECK_ERRNO(recv(packets, &byte, 1, MSG_DONTWAIT), EAGAIN);
    struct timeval soon = {.tv_usec = 30000};
    CHECK(setsockopt(packets, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon) == 0);
    CHECK_ERRNO(recv(packets, &byte, 1, 0), EAGAIN);

    // Who waits for packets that nobody will take gets an empty one; who does not wait gets EAGAIN.
    CHECK(shutdown(packets, SHUT_RD) == 0);
    CHECK(recv(packets, &byte, 1, 0) == 0);
    CHECK_ERRNO(recv(packets, &byte, 1, MSG_DONTWAIT), EAGAIN);

    // A stream socket hangs up before it listens; as a listener it does not.
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(ready(listener, POLLIN, 0) == POLLHUP);
    length = loopback(AF_INET, 0, &address);
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 1) == 0);
    CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon) == 0);
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    CHECK(ready(listener, POLLIN, 0) == 0);
    CHECK(shutdown(listener, SHUT_RD) == 0);
    CHECK_ERRNO(accept(listener, NULL, NULL), EINVAL);
    return done();
}
