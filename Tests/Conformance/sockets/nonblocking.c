// Sockets that do not wait: EAGAIN, EINPROGRESS, flags that come with accept4.
#include "loopback.h"

int main(void) {
    struct sockaddr_storage address;
    socklen_t length;
    int listener = listening(AF_INET, &address, &length);
    CHECK(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    CHECK(ready(listener, POLLIN, 0) == 0);

    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = connect(client, (struct sockaddr *)&address, length);
    CHECK(result == 0 || errno == EINPROGRESS);
    CHECK(ready(client, POLLOUT, 1000) == POLLOUT);
    CHECK(ready(listener, POLLIN, 1000) == POLLIN);
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    int server = accept4(listener, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    CHECK(server >= 0 && size == sizeof(struct sockaddr_in));
    CHECK(fcntl(server, F_GETFL) & O_NONBLOCK);
    CHECK(fcntl(server, F_GETFD) & FD_CLOEXEC);
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    // The first call after the connection was made says so, the next ones that it is there.
    (void)!connect(client, (struct sockaddr *)&address, length);
    CHECK_ERRNO(connect(client, (struct sockaddr *)&address, length), EISCONN);

    char byte;
    CHECK_ERRNO(recv(server, &byte, 1, 0), EAGAIN);
    CHECK(send(client, "ab", 2, 0) == 2);
    CHECK(ready(server, POLLIN, 1000) == POLLIN);
    CHECK(recv(server, &byte, 1, 0) == 1 && byte == 'a');
    CHECK(ready(server, POLLIN, 0) == POLLIN);
    CHECK(recv(server, &byte, 1, 0) == 1 && byte == 'b');
    CHECK(ready(server, POLLIN, 0) == 0);
    CHECK_ERRNO(recv(server, &byte, 1, 0), EAGAIN);

    int on = 0;
    CHECK(ioctl(server, FIONBIO, &on) == 0);
    CHECK(!(fcntl(server, F_GETFL) & O_NONBLOCK));
    CHECK_ERRNO(recv(server, &byte, 1, MSG_DONTWAIT), EAGAIN);
    return done();
}
