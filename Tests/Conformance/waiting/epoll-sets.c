// What may be in a set: errors, the same file under two numbers, closed and duplicated descriptors, epolls in epolls.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#define MAKE(flags) ((struct epoll_event){.events = (flags), .data.u32 = 7})
static int add(int set, int descriptor, unsigned flags) {
    struct epoll_event event = MAKE(flags);
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

int main(void) {
    struct epoll_event e[4], event = MAKE(EPOLLIN);
    int p[2];
    int set = epoll_create1(0);
    pipe(p);
    int file = open("file", O_RDWR | O_CREAT, 0600);
    int directory = open(".", O_RDONLY | O_DIRECTORY);
    CHECK_ERRNO(epoll_create1(1), EINVAL);
    CHECK_ERRNO(epoll_create(0), EINVAL);
    CHECK_ERRNO(add(set, file, EPOLLIN), EPERM);
    CHECK_ERRNO(add(set, directory, EPOLLIN), EPERM);
    CHECK_ERRNO(add(set, 999, EPOLLIN), EBADF);
    CHECK_ERRNO(add(999, p[0], EPOLLIN), EBADF);
    CHECK_ERRNO(add(p[1], p[0], EPOLLIN), EINVAL);
    CHECK_ERRNO(add(set, set, EPOLLIN), EINVAL);
    CHECK_ERRNO(epoll_ctl(set, 9, p[0], &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, p[0], NULL), EFAULT);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_MOD, p[0], &event), ENOENT);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, p[0], NULL), ENOENT);
    CHECK(add(set, p[0], EPOLLIN) == 0);
    CHECK_ERRNO(add(set, p[0], EPOLLIN), EEXIST);
    CHECK_ERRNO(epoll_wait(set, e, 0, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(set, e, -1, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(p[0], e, 1, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(999, e, 1, 0), EBADF);

    // The same file under another number is another item, and stays when the first number goes.
    int copy = dup(p[0]);
    CHECK(add(set, copy, EPOLLIN) == 0);
    write(p[1], "x", 1);
    CHECK(epoll_wait(set, e, 4, 0) == 2);
    close(copy);
    CHECK(epoll_wait(set, e, 4, 0) == 2);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, copy, NULL), EBADF);
    int second = dup(p[0]);
    close(p[0]);
    CHECK(epoll_wait(set, e, 4, 0) == 2);
    close(second);
    CHECK(epoll_wait(set, e, 4, 0) == 0);

    // One inside the other.
    int inner = epoll_create1(0), event_file = eventfd(0, 0);
    CHECK(add(inner, event_file, EPOLLIN) == 0);
    CHECK(add(set, inner, EPOLLIN) == 0);
    CHECK_ERRNO(add(inner, set, EPOLLIN), ELOOP);
    CHECK(epoll_wait(set, e, 4, 0) == 0);
    CHECK(eventfd_write(event_file, 1) == 0);
    struct pollfd look = {.fd = set, .events = POLLIN | POLLOUT};
    CHECK(poll(&look, 1, 0) == 1 && look.revents == POLLIN);
    CHECK(epoll_wait(set, e, 4, 0) == 1 && e[0].events == EPOLLIN);
    CHECK(epoll_wait(inner, e, 4, 0) == 1);
    eventfd_t value;
    CHECK(eventfd_read(event_file, &value) == 0 && value == 1);
    CHECK(epoll_wait(set, e, 4, 0) == 0);
    CHECK(poll(&look, 1, 0) == 0);

    // A chain may be five deep.
    int chain[7];
    chain[0] = inner;
    int deepest = 0;
    for (int i = 1; i < 7; i++) {
        chain[i] = epoll_create1(0);
        if (add(chain[i], chain[i - 1], EPOLLIN) != 0) break;
        deepest = i;
    }
    PRINT("the chain is %d deep", deepest);
    CHECK(errno == ELOOP);

    // Exclusive items.
    CHECK(pipe(p) == 0);
    CHECK_ERRNO(add(set, p[0], EPOLLEXCLUSIVE | EPOLLIN | EPOLLRDHUP), EINVAL);
    CHECK_ERRNO(add(set, p[0], EPOLLEXCLUSIVE | EPOLLIN | EPOLLONESHOT), EINVAL);
    CHECK(add(set, p[0], EPOLLEXCLUSIVE | EPOLLIN | EPOLLET | EPOLLWAKEUP) == 0);
    event = MAKE(EPOLLIN);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_MOD, p[0], &event), EINVAL);
    event = MAKE(EPOLLIN | EPOLLEXCLUSIVE);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_MOD, p[0], &event), EINVAL);
    CHECK_ERRNO(add(set, inner, EPOLLEXCLUSIVE | EPOLLIN), EINVAL);
    write(p[1], "x", 1);
    CHECK(epoll_wait(set, e, 4, 0) == 1 && e[0].data.u32 == 7);
    CHECK(epoll_ctl(set, EPOLL_CTL_DEL, p[0], NULL) == 0);

    // Nothing asked for: hang-ups and errors come all the same.
    CHECK(add(set, p[0], 0) == 0);
    CHECK(epoll_wait(set, e, 4, 0) == 0);
    close(p[1]);
    CHECK(epoll_wait(set, e, 4, 0) == 1 && e[0].events == EPOLLHUP);
    return done();
}
