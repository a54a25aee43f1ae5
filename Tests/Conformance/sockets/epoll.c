// epoll over TCP: level, edge, one-shot, and that closing a socket takes it out.
#include "loopback.h"
#include <sys/epoll.h>

static int wait_for(int ep, int timeout) {
    struct epoll_event event = {0};
    int count = epoll_wait(ep, &event, 1, timeout);
    return count == 1 ? (int)event.events : count;
}

int main(void) {
    int ends[2], ep = epoll_create1(EPOLL_CLOEXEC);
    CHECK(connection(AF_INET, ends) == 0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = ends[1]};
    CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, ends[1], &event) == 0);
    CHECK(wait_for(ep, 0) == 0);
    CHECK(write(ends[0], "abcd", 4) == 4);
    CHECK(wait_for(ep, 1000) == EPOLLIN);
    CHECK(wait_for(ep, 0) == EPOLLIN);
    char bytes[16];
    CHECK(read(ends[1], bytes, 2) == 2);
    CHECK(wait_for(ep, 0) == EPOLLIN);
    CHECK(read(ends[1], bytes, sizeof bytes) == 2);
    CHECK(wait_for(ep, 0) == 0);

    event.events = EPOLLIN | EPOLLET;
    CHECK(epoll_ctl(ep, EPOLL_CTL_MOD, ends[1], &event) == 0);
    CHECK(write(ends[0], "x", 1) == 1);
    CHECK(wait_for(ep, 1000) == EPOLLIN);
    CHECK(wait_for(ep, 20) == 0);
    CHECK(write(ends[0], "y", 1) == 1);
    CHECK(wait_for(ep, 1000) == EPOLLIN);
    CHECK(read(ends[1], bytes, sizeof bytes) == 2);

    event.events = EPOLLIN | EPOLLONESHOT;
    CHECK(epoll_ctl(ep, EPOLL_CTL_MOD, ends[1], &event) == 0);
    CHECK(write(ends[0], "z", 1) == 1);
    CHECK(wait_for(ep, 1000) == EPOLLIN);
    CHECK(wait_for(ep, 20) == 0);
    CHECK(epoll_ctl(ep, EPOLL_CTL_MOD, ends[1], &event) == 0);
    CHECK(wait_for(ep, 1000) == EPOLLIN);

    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP;
    CHECK(epoll_ctl(ep, EPOLL_CTL_MOD, ends[1], &event) == 0);
    close(ends[0]);
    usleep(20000);
    CHECK((wait_for(ep, 1000) & (EPOLLIN | EPOLLRDHUP)) == (EPOLLIN | EPOLLRDHUP));
    close(ends[1]);
    CHECK(wait_for(ep, 20) == 0);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_DEL, ends[1], NULL), EBADF);
    return done();
}
