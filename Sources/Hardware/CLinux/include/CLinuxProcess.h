#pragma once
// What a process is given besides user and namespaces: when it runs, where, and which system calls it may make. Every function
// returns a value >= 0, or the negated errno.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// sched_setattr of the calling process.
long cl_set_scheduler(uint32_t policy, uint64_t flags, int32_t nice, uint32_t priority, uint64_t runtime, uint64_t deadline, uint64_t period);
/// ioprio_set of the calling process; `value` is class << 13 | priority.
long cl_set_io_priority(int value);
long cl_set_personality(unsigned long domain);
/// `mask` has a bit for each CPU that is allowed.
long cl_set_affinity(const void *mask, size_t length);

/// Loads `count` instructions as this process's filter of system calls. With SECCOMP_FILTER_FLAG_NEW_LISTENER in `flags`: the
/// listener's descriptor.
long cl_load_seccomp(const void *instructions, size_t count, uint32_t flags);
/// The same, and sends the listener's descriptor with `packet` over `socket` from a thread that is not filtered: the filter may
/// forbid that, or ask about it somebody who has no descriptor yet.
long cl_load_seccomp_with_listener(const void *instructions, size_t count, uint32_t flags, int socket, const char *packet);
/// 0: the kernel knows the flags of `cl_load_seccomp`.
long cl_probe_seccomp_flags(uint32_t flags);
/// 0: the kernel knows the action.
long cl_probe_seccomp_action(uint32_t action);

/// Joins the namespaces in `flags` of the process behind `pidfd`, all or none.
long cl_join_namespaces_of(int pidfd, uint64_t flags);
