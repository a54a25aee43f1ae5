// What serving an enclave's sockets needs of the kernel and the Glibc module hides.
#define _GNU_SOURCE
#include "CLinuxNetwork.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static long answer(long value) { return value < 0 ? -errno : value; }

long cl_epoll_wait(int epoll, struct epoll_event *events, int most, uint64_t nanoseconds) {
    struct timespec limit = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    struct timespec *timeout = nanoseconds == UINT64_MAX ? NULL : &limit;
    long count = syscall(SYS_epoll_pwait2, epoll, events, most, timeout, NULL, 0);
    if (count >= 0 || errno != ENOSYS) return answer(count);
    // Before Linux 5.11: milliseconds, rounded up.
    uint64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
    if (milliseconds > 1000000) milliseconds = 1000000;
    return answer(epoll_wait(epoll, events, most, timeout == NULL ? -1 : (int)milliseconds));
}

long cl_epoll_make(void) { return answer(epoll_create1(EPOLL_CLOEXEC)); }

long cl_epoll_add(int epoll, int descriptor, uint64_t name) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = name};
    return answer(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

long cl_epoll_add_bell(int epoll, int bell, uint64_t name) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = name};
    return answer(epoll_ctl(epoll, EPOLL_CTL_ADD, bell, &event));
}

long cl_event_make(void) { return answer(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

long cl_socket_make(int domain, int type, int protocol) {
    return answer(socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

long cl_socket_accept(int socket, void *address, uint32_t *length) {
    return answer(accept4(socket, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

uint32_t cl_ready(int descriptor) {
    struct pollfd request = {descriptor, POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0};
    return poll(&request, 1, 0) < 0 ? 0 : (uint16_t)request.revents;
}

long cl_read_at_once(int descriptor, void *buffer, size_t length) {
    struct iovec vector = {buffer, length};
    return answer(preadv2(descriptor, &vector, 1, -1, RWF_NOWAIT));
}

long cl_write_at_once(int descriptor, const void *buffer, size_t length) {
    struct iovec vector = {(void *)buffer, length};
    return answer(pwritev2(descriptor, &vector, 1, -1, RWF_NOWAIT));
}

long cl_socket_send(int socket, const struct cl_socket_message *message, int flags) {
    struct iovec vector = {message->payload, message->length};
    struct msghdr header = {0};
    header.msg_name = message->address_length == 0 ? NULL : message->address;
    header.msg_namelen = message->address_length;
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = message->control_length == 0 ? NULL : message->control;
    header.msg_controllen = message->control_length;
    return answer(sendmsg(socket, &header, flags | MSG_DONTWAIT | MSG_NOSIGNAL));
}

long cl_socket_receive(int socket, struct cl_socket_message *message, int flags) {
    struct iovec vector = {message->payload, message->length};
    struct msghdr header = {0};
    header.msg_name = message->address;
    header.msg_namelen = message->address_length;
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = message->control;
    header.msg_controllen = message->control_length;
    long count = recvmsg(socket, &header, flags | MSG_DONTWAIT);
    if (count < 0) return -errno;
    message->address_length = header.msg_namelen;
    message->control_length = (uint32_t)header.msg_controllen;
    message->flags = (uint32_t)header.msg_flags;
    return count;
}

long cl_interface_mtu(const char *name) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    long result = answer(ioctl(descriptor, SIOCGIFMTU, &request));
    close(descriptor);
    return result < 0 ? result : request.ifr_mtu;
}

int cl_unparked(uint32_t *word) { return __atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST) != 0; }
