// A connection whose reader does not read fills up, and is writable again when it does.
#include "loopback.h"

static char piece[65536];

int main(void) {
    int ends[2];
    CHECK(connection(AF_INET, ends) == 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    CHECK(ready(ends[0], POLLOUT, 0) == POLLOUT);
    long sent = 0, count;
    while ((count = write(ends[0], piece, sizeof piece)) > 0) sent += count;
    CHECK(count == -1 && errno == EAGAIN);
    CHECK(sent > 65536);
    CHECK(ready(ends[0], POLLOUT, 0) == 0);
    long received = 0;
    while (received < sent && (count = read(ends[1], piece, sizeof piece)) > 0) received += count;
    CHECK(received == sent);
    CHECK(ready(ends[0], POLLOUT, 1000) == POLLOUT);
    CHECK(write(ends[0], "x", 1) == 1);
    return done();
}
