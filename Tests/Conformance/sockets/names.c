// localhost is found without asking anybody, numbers are taken as they are, and what is no address is refused.
#include "loopback.h"
#include <netdb.h>

static int look(const char *name, const char *service, int flags, int family, struct sockaddr_storage *found) {
    struct addrinfo hints = {.ai_flags = flags, .ai_family = family, .ai_socktype = SOCK_STREAM}, *list;
    int result = getaddrinfo(name, service, &hints, &list);
    if (result == 0) {
        memcpy(found, list->ai_addr, list->ai_addrlen);
        freeaddrinfo(list);
    }
    return result;
}

int main(void) {
    struct sockaddr_storage found;
    struct sockaddr_in *in = (void *)&found;
    struct sockaddr_in6 *in6 = (void *)&found;
    CHECK(look("localhost", "80", 0, AF_INET, &found) == 0);
    CHECK(in->sin_family == AF_INET && in->sin_addr.s_addr == htonl(INADDR_LOOPBACK) && in->sin_port == htons(80));
    CHECK(look("localhost", "443", 0, AF_INET6, &found) == 0 && IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr));
    CHECK(look("192.0.2.7", NULL, AI_NUMERICHOST, AF_UNSPEC, &found) == 0 && in->sin_addr.s_addr == htonl(0xc0000207));
    CHECK(look("2001:db8::7", NULL, AI_NUMERICHOST, AF_UNSPEC, &found) == 0 && in6->sin6_family == AF_INET6);
    CHECK(look("not an address", NULL, AI_NUMERICHOST, AF_UNSPEC, &found) == EAI_NONAME);
    CHECK(look(NULL, "0", AI_PASSIVE, AF_INET, &found) == 0 && in->sin_addr.s_addr == INADDR_ANY);
    char host[NI_MAXHOST], port[NI_MAXSERV];
    socklen_t length = loopback(AF_INET6, 8080, &found);
    CHECK(getnameinfo((void *)&found, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    CHECK(strcmp(host, "::1") == 0 && strcmp(port, "8080") == 0);
    return done();
}
