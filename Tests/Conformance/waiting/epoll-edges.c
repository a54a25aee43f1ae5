// Level, edge and one-shot items; what counts as a new edge; order and number of events.
#include "../check.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static int set;
static int wait_for(struct epoll_event *events, int most) { return epoll_wait(set, events, most, 0); }
static int control(int operation, int descriptor, unsigned what) {
    struct epoll_event event = {.events = what, .data.u64 = 0x1234567800000000ull + descriptor};
    return epoll_ctl(set, operation, descriptor, &event);
}

int main(void) {
    struct epoll_event e[8];
    int p[2], s[2];
    char buffer[16];
    set = epoll_create1(EPOLL_CLOEXEC);
    CHECK(fcntl(set, F_GETFD) == FD_CLOEXEC);
    CHECK(pipe2(p, O_NONBLOCK) == 0);
    CHECK(control(EPOLL_CTL_ADD, p[0], EPOLLIN) == 0);
    CHECK(wait_for(e, 8) == 0);
    CHECK(write(p[1], "ab", 2) == 2);
    CHECK(wait_for(e, 8) == 1 && e[0].events == EPOLLIN && e[0].data.u64 == 0x1234567800000000ull + p[0]);
    CHECK(wait_for(e, 8) == 1);
    CHECK(read(p[0], buffer, 16) == 2);
    CHECK(wait_for(e, 8) == 0);

    CHECK(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET) == 0);
    CHECK(wait_for(e, 8) == 0);
    CHECK(write(p[1], "a", 1) == 1);
    CHECK(wait_for(e, 8) == 1);
    CHECK(wait_for(e, 8) == 0);
    CHECK(write(p[1], "b", 1) == 1);
    CHECK(wait_for(e, 8) == 1);
    CHECK(read(p[0], buffer, 1) == 1);
    CHECK(wait_for(e, 8) == 0);
    CHECK(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET) == 0);
    CHECK(wait_for(e, 8) == 1);
    CHECK(read(p[0], buffer, 16) == 1);

    CHECK(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT) == 0);
    CHECK(write(p[1], "a", 1) == 1);
    CHECK(wait_for(e, 8) == 1);
    CHECK(write(p[1], "a", 1) == 1);
    CHECK(wait_for(e, 8) == 0);
    CHECK(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT) == 0);
    CHECK(wait_for(e, 8) == 1);

    CHECK(control(EPOLL_CTL_ADD, p[1], EPOLLOUT | EPOLLET) == 0);
    CHECK(wait_for(e, 8) == 1 && e[0].events == EPOLLOUT && e[0].data.u64 == 0x1234567800000000ull + p[1]);
    CHECK(wait_for(e, 8) == 0);
    static char page[4096];
    while (write(p[1], page, sizeof page) > 0) {}
    CHECK(errno == EAGAIN);
    CHECK(wait_for(e, 8) == 0);
    while (read(p[0], page, sizeof page) > 0) {}
    CHECK(wait_for(e, 8) == 1 && e[0].events == EPOLLOUT);
    close(p[0]);
    CHECK(wait_for(e, 8) == 1 && e[0].events == (EPOLLOUT | EPOLLERR));
    close(p[1]);
    CHECK(wait_for(e, 8) == 0);

    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s) == 0);
    CHECK(control(EPOLL_CTL_ADD, s[0], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET) == 0);
    CHECK(wait_for(e, 8) == 1 && e[0].events == EPOLLOUT);
    CHECK(write(s[1], "hi", 2) == 2);
    CHECK(wait_for(e, 8) == 1 && e[0].events == (EPOLLIN | EPOLLOUT));
    CHECK(wait_for(e, 8) == 0);
    CHECK(shutdown(s[1], SHUT_WR) == 0);
    CHECK(wait_for(e, 8) == 1 && e[0].events == (EPOLLIN | EPOLLOUT | EPOLLRDHUP));
    close(s[1]);
    CHECK(wait_for(e, 8) == 1 && e[0].events == (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP));

    int many[6][2];
    for (int i = 0; i < 6; i++) {
        pipe(many[i]);
        control(EPOLL_CTL_ADD, many[i][0], EPOLLIN);
    }
    for (int i = 5; i >= 0; i--) write(many[i][1], "x", 1);
    // More than fit are reported in turn, none is forgotten.
    int seen[64] = {0}, total = 0;
    for (int round = 0; round < 3; round++) {
        int n = wait_for(e, 2);
        for (int i = 0; i < n; i++) {
            int index = -1;
            for (int k = 0; k < 6; k++)
                if ((int)(e[i].data.u64 & 0xffff) == many[k][0]) index = k;
            PRINT("round %d: pipe %d", round, index);
            if (index >= 0 && !seen[index]++) total++;
        }
    }
    CHECK(total == 6);
    return done();
}
