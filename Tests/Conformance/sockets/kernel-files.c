// What /proc/net and /sys/class/net tell of sockets, routes and interfaces, and the same routes from a route socket.
#include "loopback.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/stat.h>
#include <sys/un.h>

static int port_of(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    getsockname(fd, (struct sockaddr *)&address, &length);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static unsigned long inode_of(int fd) {
    struct stat status;
    fstat(fd, &status);
    return status.st_ino;
}

/// The state of the socket in a file of /proc/net, after checking its addresses and its inode; -1 where it is not there.
static int state_in(const char *file, int fd, const char *host, int remote) {
    FILE *list = fopen(file, "r");
    char line[512], local_host[40], remote_host[40];
    int state = -1, local_port, remote_port;
    if (list == NULL) return -2;
    while (fgets(line, sizeof line, list) != NULL) {
        unsigned found;
        unsigned long inode;
        if (sscanf(line, " %*d: %39[0-9A-F]:%x %39[0-9A-F]:%x %x %*s %*s %*s %*d %*d %lu", local_host, (unsigned *)&local_port,
                   remote_host, (unsigned *)&remote_port, &found, &inode) != 6)
            continue;
        if (inode != inode_of(fd) || local_port != port_of(fd) || strcmp(local_host, host) != 0) continue;
        if (remote_port == remote) state = found;
    }
    fclose(list);
    return state;
}

static void sockets(void) {
    struct sockaddr_storage address;
    socklen_t length;
    int listener = listening(AF_INET, &address, &length), ends[2], ends6[2];
    CHECK(state_in("/proc/net/tcp", listener, "0100007F", 0) == 10);
    CHECK(state_in("/proc/self/net/tcp", listener, "0100007F", 0) == 10);
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(state_in("/proc/net/tcp", ends[0], "0100007F", port_of(ends[1])) == 1);
    CHECK(state_in("/proc/net/tcp", ends[1], "0100007F", port_of(ends[0])) == 1);
    CHECK(connection(AF_INET6, ends6) == 0);
    CHECK(state_in("/proc/net/tcp6", ends6[0], "00000000000000000000000001000000", port_of(ends6[1])) == 1);
    int packets = bound(AF_INET, SOCK_DGRAM, &address, &length);
    CHECK(state_in("/proc/net/udp", packets, "0100007F", 0) == 7);
    close(listener);
    CHECK(state_in("/proc/net/tcp", ends[0], "0100007F", port_of(ends[1])) == 1);
    close(ends[0]), close(ends[1]), close(ends6[0]), close(ends6[1]), close(packets);
}

static int has_line(const char *file, const char *text) {
    FILE *list = fopen(file, "r");
    char line[512];
    int found = 0;
    if (list == NULL) return -1;
    while (fgets(line, sizeof line, list) != NULL) found |= strstr(line, text) != NULL;
    fclose(list);
    return found;
}

static void local(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "here"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&name, sizeof name) == 0 && listen(fd, 1) == 0);
    CHECK(has_line("/proc/net/unix", " here\n") == 1);
    CHECK(has_line("/proc/net/unix", "Num       RefCount Protocol Flags    Type St Inode Path\n") == 1);
    close(fd);
    CHECK(has_line("/proc/net/unix", " here\n") == 0);
}

static int text_is(const char *file, const char *text) {
    char found[100] = "", path[100];
    snprintf(path, sizeof path, "/sys/class/net/lo/%s", file);
    FILE *stream = fopen(path, "r");
    if (stream == NULL || fgets(found, sizeof found, stream) == NULL) return 0;
    fclose(stream);
    return strcmp(found, text) == 0;
}

static void interfaces(void) {
    CHECK(text_is("ifindex", "1\n"));
    CHECK(text_is("mtu", "65536\n"));
    CHECK(text_is("type", "772\n"));
    CHECK(text_is("address", "00:00:00:00:00:00\n"));
    CHECK(text_is("flags", "0x9\n"));
    CHECK(text_is("operstate", "unknown\n"));
    CHECK(access("/sys/class/net/none", F_OK) == -1 && errno == ENOENT);
    CHECK(has_line("/proc/net/route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT") == 1);
    CHECK(has_line("/proc/net/ipv6_route", "00000000000000000000000000000001 80 ") == 1);
}

/// Whether a message is the local route of 127.0.0.0/8.
static int is_loopback(struct nlmsghdr *message) {
    struct rtmsg *route = NLMSG_DATA(message);
    int length = RTM_PAYLOAD(message), right = 0;
    if (message->nlmsg_type != RTM_NEWROUTE || route->rtm_family != AF_INET || route->rtm_dst_len != 8) return 0;
    if (route->rtm_table != RT_TABLE_LOCAL || route->rtm_type != RTN_LOCAL || route->rtm_scope != RT_SCOPE_HOST) return 0;
    for (struct rtattr *a = RTM_RTA(route); RTA_OK(a, length); a = RTA_NEXT(a, length)) {
        if (a->rta_type == RTA_DST) right += memcmp(RTA_DATA(a), "\x7f\0\0\0", 4) == 0;
        if (a->rta_type == RTA_PREFSRC) right += memcmp(RTA_DATA(a), "\x7f\0\0\1", 4) == 0;
        if (a->rta_type == RTA_OIF) right += *(int *)RTA_DATA(a) == (int)if_nametoindex("lo");
    }
    return right == 3;
}

static void routes(void) {
    static char answer[65536];
    struct {
        struct nlmsghdr head;
        struct rtmsg body;
    } request = {{NLMSG_LENGTH(sizeof(struct rtmsg)), RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, 9, 0}, {.rtm_family = AF_INET}};
    int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), found = 0, done = 0;
    CHECK(send(s, &request, sizeof request, 0) == sizeof request);
    while (!done) {
        long length = recv(s, answer, sizeof answer, 0);
        if (length <= 0) break;
        for (struct nlmsghdr *m = (void *)answer; NLMSG_OK(m, length); m = NLMSG_NEXT(m, length)) {
            if (m->nlmsg_type == NLMSG_DONE) done = 1;
            else found += is_loopback(m);
        }
    }
    CHECK(done && found == 1);
    close(s);
}

static void groups(void) {
    struct sockaddr_nl name = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
    socklen_t length = sizeof name;
    int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), group = RTNLGRP_IPV6_IFADDR;
    CHECK(bind(s, (struct sockaddr *)&name, sizeof name) == 0);
    CHECK(setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0);
    CHECK(getsockname(s, (struct sockaddr *)&name, &length) == 0);
    CHECK(name.nl_groups == (RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR));
    CHECK(setsockopt(s, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &group, sizeof group) == 0);
    group = 100000;
    CHECK_ERRNO(setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group), EINVAL);
    CHECK(ready(s, POLLIN, 50) == 0);
    close(s);
}

int main(void) {
    sockets();
    local();
    interfaces();
    routes();
    groups();
    return done();
}
