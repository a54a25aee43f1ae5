// TCP over IPv4 and IPv6: bytes in order, ends, names.
#include "loopback.h"

static void talk(int family) {
    int ends[2];
    CHECK(connection(family, ends) == 0);
    CHECK(send(ends[0], "hello", 5, 0) == 5);
    char bytes[64];
    CHECK(recv(ends[1], bytes, sizeof bytes, 0) == 5 && memcmp(bytes, "hello", 5) == 0);
    CHECK(write(ends[1], "world!", 6) == 6);
    CHECK(recv(ends[0], bytes, 3, 0) == 3 && memcmp(bytes, "wor", 3) == 0);
    CHECK(read(ends[0], bytes, sizeof bytes) == 3 && memcmp(bytes, "ld!", 3) == 0);

    struct sockaddr_storage one, other;
    socklen_t a = sizeof one, b = sizeof other;
    CHECK(getsockname(ends[0], (struct sockaddr *)&one, &a) == 0);
    CHECK(getpeername(ends[1], (struct sockaddr *)&other, &b) == 0);
    CHECK(a == b && memcmp(&one, &other, a) == 0);
    PRINT("address length %d family %d", (int)a, one.ss_family);

    CHECK(close(ends[0]) == 0);
    CHECK(ready(ends[1], POLLIN, 1000) == POLLIN);
    CHECK(read(ends[1], bytes, sizeof bytes) == 0);
    CHECK(read(ends[1], bytes, sizeof bytes) == 0);
    close(ends[1]);
}

int main(void) {
    talk(AF_INET);
    talk(AF_INET6);
    return done();
}
