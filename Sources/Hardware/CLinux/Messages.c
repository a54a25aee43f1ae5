#define _GNU_SOURCE
#include "CLinuxMessages.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 16 };

long cl_peer_user(int socket) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 ? -errno : (long)peer.uid;
}

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST * sizeof(int))];
};

long cl_send_with_descriptors(int socket, const void *bytes, size_t length, const int *descriptors, size_t count, int waits) {
    if (count > MOST) return -EINVAL;
    union control control;
    memset(&control, 0, sizeof control);
    struct iovec content = {(void *)bytes, length};
    struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&control.header), descriptors, count * sizeof(int));
    }
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));
    return sent < 0 ? -errno : sent;
}

long cl_receive_with_descriptors(int socket, void *bytes, size_t length, int descriptors[16], size_t *count, int waits) {
    *count = 0;
    union control control;
    struct iovec content = {bytes, length};
    struct msghdr message = {
        .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    if (received < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here && *count < MOST; i++)
            memcpy(&descriptors[(*count)++], CMSG_DATA(header) + i * sizeof(int), sizeof(int));
    }
    // Those for which there was no room the kernel closed.
    if (message.msg_flags & MSG_CTRUNC) {
        while (*count > 0) close(descriptors[--*count]);
        return -EMSGSIZE;
    }
    return received;
}

long cl_make_memory_file(const char *name) {
    int fd = memfd_create(name, 0);
    return fd < 0 ? -errno : fd;
}

long cl_end_status(int pid) {
    siginfo_t end;
    while (waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) < 0)
        if (errno != EINTR) return -errno;
    return end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status;
}
