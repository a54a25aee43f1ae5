#pragma once
// What keeping keys on disk and serving a UNIX socket need of the kernel and the Glibc module hides or leaves to Foundation. Functions
// named `long` return a value >= 0, or the negated errno.
#include <stdint.h>

struct cl_file_facts {
    uint32_t owner;
    uint32_t mode; // type and permissions, as S_IFMT and 07777 divide them
    int64_t size;
};
long cl_examine(int fd, struct cl_file_facts *facts);
/// Of the name itself, not of what a symbolic link points to.
long cl_examine_path(const char *path, struct cl_file_facts *facts);

/// Binds a non-blocking stream socket at `path` that only its owner can reach until it listens, then gives it `mode`.
long cl_listen_unix(const char *path, uint32_t mode, int backlog);
/// Blocks SIGTERM and SIGINT in this thread; the descriptor is readable when one of them came.
long cl_ending_signals(void);
/// 1 where the process that connected this UNIX socket had this group, as its own or as a further one; 0 where not.
long cl_peer_in_group(int fd, uint32_t group);
/// Gives the name to a group; its owner stays.
long cl_change_group(const char *path, uint32_t group);
