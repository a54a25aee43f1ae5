// An IPv6 socket serves IPv4 as mapped addresses, unless it is told not to.
#include "loopback.h"

int main(void) {
    int six = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_addr = in6addr_any};
    CHECK(bind(six, (struct sockaddr *)&any, sizeof any) == 0);
    CHECK(listen(six, 4) == 0);
    socklen_t length = sizeof any;
    CHECK(getsockname(six, (struct sockaddr *)&any, &length) == 0);
    int four = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_storage address;
    socklen_t size = loopback(AF_INET, ntohs(any.sin6_port), &address);
    CHECK(connect(four, (struct sockaddr *)&address, size) == 0);
    struct sockaddr_in6 peer;
    length = sizeof peer;
    int accepted = accept(six, (struct sockaddr *)&peer, &length);
    CHECK(accepted >= 0 && length == sizeof peer && peer.sin6_family == AF_INET6);
    char text[64];
    PRINT("peer %s", inet_ntop(AF_INET6, &peer.sin6_addr, text, sizeof text));
    CHECK_ERRNO(connect(four, (struct sockaddr *)&any, 28), EISCONN);

    int only = socket(AF_INET6, SOCK_STREAM, 0), on = 1;
    CHECK(setsockopt(only, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0);
    struct sockaddr_in6 free = {.sin6_family = AF_INET6, .sin6_addr = in6addr_any};
    CHECK(bind(only, (struct sockaddr *)&free, sizeof free) == 0 && listen(only, 1) == 0);
    length = sizeof free;
    getsockname(only, (struct sockaddr *)&free, &length);
    four = socket(AF_INET, SOCK_STREAM, 0);
    size = loopback(AF_INET, ntohs(free.sin6_port), &address);
    CHECK_ERRNO(connect(four, (struct sockaddr *)&address, size), ECONNREFUSED);
    char small[4];
    length = 4;
    CHECK(getsockname(only, (struct sockaddr *)small, &length) == 0 && length == sizeof free);
    return done();
}
