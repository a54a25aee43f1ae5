// A port nobody listens on refuses: at once, after EINPROGRESS, and for datagrams at the next call.
#include "loopback.h"

int main(void) {
    struct sockaddr_storage address;
    socklen_t length;
    int held = bound(AF_INET, SOCK_STREAM, &address, &length);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(connect(s, (struct sockaddr *)&address, length), ECONNREFUSED);
    close(s);

    s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = connect(s, (struct sockaddr *)&address, length);
    CHECK(result == -1 && (errno == EINPROGRESS || errno == ECONNREFUSED));
    CHECK((ready(s, POLLOUT, 1000) & POLLOUT) != 0);
    int error = -1;
    socklen_t size = sizeof error;
    CHECK(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && size == 4);
    CHECK(error == ECONNREFUSED || error == 0);
    CHECK(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0);
    close(s), close(held);

    held = bound(AF_INET, SOCK_DGRAM, &address, &length);
    close(held);
    s = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(connect(s, (struct sockaddr *)&address, length) == 0);
    CHECK(send(s, "x", 1, 0) == 1);
    char byte;
    CHECK(ready(s, POLLIN, 1000) & POLLERR);
    CHECK_ERRNO(recv(s, &byte, 1, 0), ECONNREFUSED);
    return done();
}
