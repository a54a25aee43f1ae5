// A route socket: dumps in parts that end with NLMSG_DONE, and errors as messages.
#include "loopback.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static int s;
static char answer[65536];

static int ask(int type, int flags, unsigned sequence, const void *body, int length) {
    struct {
        struct nlmsghdr head;
        char body[64];
    } request = {{NLMSG_LENGTH(length), type, flags | NLM_F_REQUEST, sequence, 0}, {0}};
    memcpy(request.body, body, length);
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    return sendto(s, &request, request.head.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel);
}

/// Counts the messages of a kind up to the end of a dump.
static int count(unsigned sequence, int kind, int *ends) {
    int found = 0;
    for (;;) {
        long length = recv(s, answer, sizeof answer, 0);
        if (length <= 0) return -1;
        for (struct nlmsghdr *m = (void *)answer; NLMSG_OK(m, length); m = NLMSG_NEXT(m, length)) {
            if (m->nlmsg_seq != sequence) return -2;
            if (m->nlmsg_type == NLMSG_DONE) {
                ++*ends;
                return found;
            }
            if (m->nlmsg_type == kind && m->nlmsg_flags & NLM_F_MULTI) found++;
        }
    }
}

static int error(void) {
    long length = recv(s, answer, sizeof answer, 0);
    struct nlmsghdr *m = (void *)answer;
    if (length < (long)NLMSG_LENGTH(sizeof(struct nlmsgerr)) || m->nlmsg_type != NLMSG_ERROR) return -1;
    return -((struct nlmsgerr *)NLMSG_DATA(m))->error;
}

int main(void) {
    s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    CHECK(s >= 0);
    struct sockaddr_nl name = {.nl_family = AF_NETLINK};
    socklen_t length = sizeof name;
    CHECK(getsockname(s, (struct sockaddr *)&name, &length) == 0 && length == sizeof name && name.nl_pid == 0);
    CHECK(bind(s, (struct sockaddr *)&name, sizeof name) == 0);
    CHECK(getsockname(s, (struct sockaddr *)&name, &length) == 0 && name.nl_pid != 0);

    CHECK(ready(s, POLLIN | POLLOUT, 0) == POLLOUT);
    struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
    int ends = 0;
    CHECK(ask(RTM_GETLINK, NLM_F_DUMP, 5, &link, sizeof link) > 0);
    CHECK(ready(s, POLLIN, 1000) == POLLIN);
    CHECK(recv(s, answer, 1, MSG_PEEK | MSG_TRUNC) > 16);
    CHECK(count(5, RTM_NEWLINK, &ends) >= 1 && ends == 1);

    struct ifaddrmsg wanted = {.ifa_family = AF_INET6};
    CHECK(ask(RTM_GETADDR, NLM_F_DUMP, 6, &wanted, sizeof wanted) > 0);
    CHECK(count(6, RTM_NEWADDR, &ends) == 1 && ends == 2);
    CHECK(((struct ifaddrmsg *)NLMSG_DATA((struct nlmsghdr *)answer))->ifa_family == AF_INET6);

    link.ifi_index = 1;
    CHECK(ask(RTM_GETLINK, 0, 7, &link, sizeof link) > 0);
    struct sockaddr_nl from;
    length = sizeof from;
    CHECK(recvfrom(s, answer, sizeof answer, 0, (struct sockaddr *)&from, &length) > 0 && from.nl_pid == 0);
    struct nlmsghdr *m = (void *)answer;
    CHECK(m->nlmsg_type == RTM_NEWLINK && m->nlmsg_seq == 7 && ((struct ifinfomsg *)NLMSG_DATA(m))->ifi_index == 1);
    link.ifi_index = 30000;
    CHECK(ask(RTM_GETLINK, 0, 8, &link, sizeof link) > 0 && error() == ENODEV);
    CHECK(ask(NLMSG_NOOP, NLM_F_ACK, 9, "", 0) > 0 && recv(s, answer, sizeof answer, MSG_DONTWAIT) >= -1);

    CHECK_ERRNO(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, 99), EPROTONOSUPPORT);
    CHECK_ERRNO(listen(s, 1), EOPNOTSUPP);
    CHECK_ERRNO(recv(s, answer, sizeof answer, MSG_DONTWAIT), EAGAIN);
    return done();
}
