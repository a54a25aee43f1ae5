// Options keep what they were set to, and refuse what they are not.
#include "loopback.h"

static int get(int s, int level, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    if (getsockopt(s, level, name, &value, &length) != 0) return -errno;
    return length == 4 ? value : -1000 - (int)length;
}

static int set(int s, int level, int name, int value) { return setsockopt(s, level, name, &value, sizeof value); }

int main(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0), six = socket(AF_INET6, SOCK_STREAM, 0), d = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(get(s, SOL_SOCKET, SO_TYPE) == SOCK_STREAM && get(d, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM);
    CHECK(get(s, SOL_SOCKET, SO_DOMAIN) == AF_INET && get(six, SOL_SOCKET, SO_DOMAIN) == AF_INET6);
    CHECK(get(s, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP && get(d, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_UDP);
    CHECK(get(s, SOL_SOCKET, SO_ACCEPTCONN) == 0 && get(s, SOL_SOCKET, SO_ERROR) == 0);
    int names[] = {SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE, SO_BROADCAST, SO_OOBINLINE};
    for (int i = 0; i < 5; i++) {
        CHECK(get(s, SOL_SOCKET, names[i]) == 0);
        CHECK(set(s, SOL_SOCKET, names[i], 1) == 0 && get(s, SOL_SOCKET, names[i]) == 1);
    }
    CHECK(set(s, SOL_SOCKET, SO_RCVBUF, 40000) == 0 && get(s, SOL_SOCKET, SO_RCVBUF) == 80000);
    CHECK(set(s, SOL_SOCKET, SO_SNDBUF, 40000) == 0 && get(s, SOL_SOCKET, SO_SNDBUF) == 80000);
    struct linger linger = {1, 7}, told;
    socklen_t length = sizeof told;
    CHECK(setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
    CHECK(getsockopt(s, SOL_SOCKET, SO_LINGER, &told, &length) == 0 && told.l_onoff == 1 && told.l_linger == 7);

    int tcp[][2] = {{TCP_NODELAY, 1}, {TCP_KEEPIDLE, 33}, {TCP_KEEPINTVL, 5}, {TCP_KEEPCNT, 4}, {TCP_USER_TIMEOUT, 1234},
                    {TCP_DEFER_ACCEPT, 1}, {TCP_QUICKACK, 1}, {TCP_CORK, 1}};
    for (unsigned i = 0; i < sizeof tcp / sizeof *tcp; i++) {
        CHECK(set(s, IPPROTO_TCP, tcp[i][0], tcp[i][1]) == 0);
        CHECK(get(s, IPPROTO_TCP, tcp[i][0]) == tcp[i][1]);
    }
    CHECK(set(s, IPPROTO_IP, IP_TOS, 0x10) == 0 && get(s, IPPROTO_IP, IP_TOS) == 0x10);
    CHECK(set(s, IPPROTO_IP, IP_TTL, 17) == 0 && get(s, IPPROTO_IP, IP_TTL) == 17);
    CHECK_ERRNO(set(s, IPPROTO_IP, IP_TTL, 300), EINVAL);
    CHECK(get(six, IPPROTO_IPV6, IPV6_V6ONLY) == 0);
    CHECK(set(six, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0 && get(six, IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    CHECK_ERRNO(set(s, SOL_SOCKET, 9999, 1), ENOPROTOOPT);
    CHECK_ERRNO(set(s, IPPROTO_TCP, 9999, 1), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &linger, 2), EINVAL);
    CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, NULL, 4), EFAULT);
    CHECK_ERRNO(set(d, IPPROTO_TCP, TCP_NODELAY, 1), ENOPROTOOPT);
    CHECK_ERRNO(set(s, SOL_SOCKET, SO_TYPE, 1), ENOPROTOOPT);
    struct tcp_info info;
    length = sizeof info;
    CHECK(getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == TCP_CLOSE);
    return done();
}
