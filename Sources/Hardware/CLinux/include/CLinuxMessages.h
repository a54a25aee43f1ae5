#pragma once
// Bytes and descriptors over UNIX sockets, and who is at the other end. Functions named `long` return a value >= 0, or the negated errno.
#include <stddef.h>
#include <stdint.h>

/// The user at the other end when it connected, as this process's user namespace numbers it.
long cl_peer_user(int socket);
/// Sends the bytes with up to 16 descriptors, and raises no SIGPIPE. Never waits with `waits` 0.
long cl_send_with_descriptors(int socket, const void *bytes, size_t length, const int *descriptors, size_t count, int waits);
/// Receives bytes and the descriptors that came with them, close-on-exec; -EMSGSIZE, with all of them closed, where they are more than 16.
long cl_receive_with_descriptors(int socket, void *bytes, size_t length, int descriptors[16], size_t *count, int waits);

/// A file in memory that survives an exec.
long cl_make_memory_file(const char *name);

/// Waits for the end of a child without taking it: its status as a shell gives it, 128 + signal for a killed one.
long cl_end_status(int pid);
