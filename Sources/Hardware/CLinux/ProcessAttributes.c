#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <errno.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

static long result(long value) { return value < 0 ? -errno : value; }

/// struct sched_attr of linux/sched/types.h, which cannot be included beside <sched.h>.
struct scheduling_attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t utilization_least, utilization_most;
};

long cl_set_scheduler(
    uint32_t policy, uint64_t flags, int32_t nice, uint32_t priority, uint64_t runtime, uint64_t deadline, uint64_t period) {
    struct scheduling_attributes attributes = {
        .size = sizeof attributes, .policy = policy, .flags = flags, .nice = nice, .priority = priority, .runtime = runtime,
        .deadline = deadline, .period = period};
    return result(syscall(SYS_sched_setattr, 0, &attributes, 0));
}

long cl_set_io_priority(int value) { return result(syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, value)); }
long cl_set_personality(unsigned long domain) { return result(personality(domain)); }
long cl_set_affinity(const void *mask, size_t length) { return result(syscall(SYS_sched_setaffinity, 0, length, mask)); }

long cl_join_namespaces_of(int pidfd, uint64_t flags) { return result(setns(pidfd, (int)flags)); }
