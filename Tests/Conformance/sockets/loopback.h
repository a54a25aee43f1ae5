// Connections over the loopback device, for programs that need one.
#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "../check.h"

/// 127.0.0.1 or ::1 with a port.
static inline socklen_t loopback(int family, int port, struct sockaddr_storage *address) {
    memset(address, 0, sizeof *address);
    address->ss_family = family;
    if (family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)address;
        in->sin_port = htons(port);
        in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof *in;
    }
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)address;
    in->sin6_port = htons(port);
    in->sin6_addr = in6addr_loopback;
    return sizeof *in;
}

/// A socket bound to a free port of the loopback device.
static inline int bound(int family, int type, struct sockaddr_storage *address, socklen_t *length) {
    int s = socket(family, type, 0);
    *length = loopback(family, 0, address);
    if (bind(s, (struct sockaddr *)address, *length) != 0) return -1;
    getsockname(s, (struct sockaddr *)address, length);
    return s;
}

static inline int listening(int family, struct sockaddr_storage *address, socklen_t *length) {
    int s = bound(family, SOCK_STREAM, address, length);
    if (s >= 0 && listen(s, 16) != 0) return -1;
    return s;
}

/// Two ends of one TCP connection.
static inline int connection(int family, int ends[2]) {
    struct sockaddr_storage address;
    socklen_t length;
    int listener = listening(family, &address, &length);
    ends[0] = ends[1] = -1;
    if (listener < 0) return -1;
    ends[0] = socket(family, SOCK_STREAM, 0);
    if (connect(ends[0], (struct sockaddr *)&address, length) != 0) return -1;
    ends[1] = accept(listener, NULL, NULL);
    close(listener);
    return ends[1] < 0 ? -1 : 0;
}

static inline int ready(int fd, int events, int timeout) {
    struct pollfd request = {fd, events, 0};
    int count = poll(&request, 1, timeout);
    return count <= 0 ? count : request.revents;
}
