// Half-closed connections: the end of the stream, EPIPE, and what poll says.
#include "loopback.h"
#include <signal.h>

int main(void) {
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(shutdown(ends[0], SHUT_WR) == 0);
    char byte;
    CHECK(read(ends[1], &byte, 1) == 0);
    CHECK(ready(ends[1], POLLIN | POLLRDHUP, 1000) == (POLLIN | POLLRDHUP));
    CHECK_ERRNO(write(ends[0], "x", 1), EPIPE);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(write(ends[1], "back", 4) == 4);
    CHECK(read(ends[0], &byte, 1) == 1 && byte == 'b');
    CHECK(shutdown(ends[1], SHUT_RDWR) == 0);
    CHECK((ready(ends[1], POLLIN, 1000) & POLLHUP) != 0);
    CHECK_ERRNO(shutdown(ends[1], 5), EINVAL);
    close(ends[0]), close(ends[1]);

    CHECK(connection(AF_INET, ends) == 0);
    CHECK(shutdown(ends[0], SHUT_RD) == 0);
    CHECK(read(ends[0], &byte, 1) == 0);
    CHECK(write(ends[0], "y", 1) == 1);
    CHECK(read(ends[1], &byte, 1) == 1 && byte == 'y');

    int alone = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(recv(alone, &byte, 1, 0), ENOTCONN);
    CHECK_ERRNO(send(alone, "x", 1, 0), EPIPE);
    CHECK_ERRNO(shutdown(alone, SHUT_RDWR), ENOTCONN);
    CHECK(recv(alone, &byte, 1, 0) == 0);
    return done();
}
