// SO_RCVTIMEO and SO_SNDTIMEO end waiting with EAGAIN.
#include "loopback.h"
#include <sys/time.h>
#include <time.h>

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int main(void) {
    int ends[2];
    CHECK(connection(AF_INET, ends) == 0);
    struct timeval limit = {0, 60000}, told;
    socklen_t length = sizeof told;
    CHECK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK(getsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &told, &length) == 0 && told.tv_sec == 0 && told.tv_usec == 60000);
    char byte;
    long start = now();
    CHECK_ERRNO(read(ends[0], &byte, 1), EAGAIN);
    long took = now() - start;
    CHECK(took >= 55 && took < 3000);

    static char piece[1 << 20];
    CHECK(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0);
    long count, sent = 0;
    start = now();
    while ((count = write(ends[0], piece, sizeof piece)) > 0) sent += count;
    CHECK(count == -1 && errno == EAGAIN && sent > 0);
    CHECK(now() - start < 5000);
    limit.tv_usec = 2000000;
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), EDOM);

    struct sockaddr_storage address;
    int listener = listening(AF_INET, &address, &length);
    limit = (struct timeval){0, 30000};
    CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    return done();
}
