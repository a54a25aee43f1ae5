#pragma once
// What serving an enclave's sockets needs of the kernel and the Glibc module hides. Functions named `long` return a value >= 0, or
// the negated errno.
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

long cl_epoll_make(void);
/// Everything there is to know of `descriptor`, edge-triggered, under `name`.
long cl_epoll_add(int epoll, int descriptor, uint64_t name);
/// An eventfd that is told until it was read.
long cl_epoll_add_bell(int epoll, int bell, uint64_t name);
/// epoll_wait with a limit in nanoseconds (UINT64_MAX: for ever).
long cl_epoll_wait(int epoll, struct epoll_event *events, int most, uint64_t nanoseconds);

/// An eventfd that never blocks.
long cl_event_make(void);

/// Sockets that never block and do not survive an exec.
long cl_socket_make(int domain, int type, int protocol);
long cl_socket_accept(int socket, void *address, uint32_t *length);
/// The POLL* bits of what the descriptor is ready for now.
uint32_t cl_ready(int descriptor);

/// Reads or writes at once what can be, whatever the open file's flags are: -EAGAIN where that is nothing, -EOPNOTSUPP where the kernel
/// does not know of this file.
long cl_read_at_once(int descriptor, void *buffer, size_t length);
long cl_write_at_once(int descriptor, const void *buffer, size_t length);

struct cl_socket_message {
    void *payload;
    uint64_t length;
    void *address;
    void *control;
    /// Lengths of address and control messages: how much there is, or room for; after receiving how much came.
    uint32_t address_length;
    uint32_t control_length;
    /// MSG_* flags of what was received.
    uint32_t flags;
};
/// Neither waits; nothing that is sent raises SIGPIPE.
long cl_socket_send(int socket, const struct cl_socket_message *message, int flags);
long cl_socket_receive(int socket, struct cl_socket_message *message, int flags);

/// The largest packet of a network interface, by its name.
long cl_interface_mtu(const char *name);

/// Whether `cl_unpark` was called since the word was last looked at.
int cl_unparked(uint32_t *word);
