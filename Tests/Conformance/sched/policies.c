// Policies, priorities and the structures that carry them.
#include "../check.h"
#include <stdint.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

int main(void) {
    struct sched_param parameters = {.sched_priority = 9};
    CHECK(sched_getscheduler(0) == SCHED_OTHER);
    CHECK(sched_getparam(0, &parameters) == 0);
    CHECK(parameters.sched_priority == 0);
    CHECK_ERRNO(sched_getscheduler(-1), EINVAL);
    CHECK_ERRNO(sched_getscheduler(4000000), ESRCH);
    CHECK_ERRNO(sched_getparam(0, NULL), EINVAL);
    CHECK_ERRNO(sched_getparam(-1, &parameters), EINVAL);
    CHECK_ERRNO(sched_getparam(4000000, &parameters), ESRCH);
    CHECK(sched_get_priority_max(SCHED_FIFO) == 99);
    CHECK(sched_get_priority_min(SCHED_RR) == 1);
    CHECK(sched_get_priority_max(SCHED_OTHER) == 0);
    CHECK(sched_get_priority_max(SCHED_DEADLINE) == 0);
    CHECK_ERRNO(sched_get_priority_max(99), EINVAL);
    CHECK_ERRNO(sched_get_priority_min(-1), EINVAL);
    CHECK(sched_yield() == 0);

    CHECK_ERRNO(sched_setscheduler(0, SCHED_OTHER, NULL), EINVAL);
    CHECK_ERRNO(sched_setscheduler(0, 42, &parameters), EINVAL);
    parameters.sched_priority = 5;
    CHECK_ERRNO(sched_setscheduler(0, SCHED_OTHER, &parameters), EINVAL);
    parameters.sched_priority = 0;
    CHECK_ERRNO(sched_setscheduler(0, SCHED_FIFO, &parameters), EINVAL);
    CHECK_ERRNO(sched_setscheduler(-1, SCHED_OTHER, &parameters), EINVAL);
    CHECK_ERRNO(sched_setscheduler(4000000, SCHED_OTHER, &parameters), ESRCH);
    CHECK(sched_setscheduler(0, SCHED_BATCH, &parameters) == 0);
    CHECK(sched_getscheduler(0) == SCHED_BATCH);
    CHECK(sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &parameters) == 0);
    CHECK(sched_getscheduler(0) == (SCHED_OTHER | SCHED_RESET_ON_FORK));
    CHECK(sched_setscheduler(0, SCHED_OTHER, &parameters) == 0);
    parameters.sched_priority = 3;
    CHECK_ERRNO(sched_setparam(0, &parameters), EINVAL);
    CHECK_ERRNO(sched_setparam(0, NULL), EINVAL);
    struct timespec interval = {-1, -1};
    CHECK(sched_rr_get_interval(0, &interval) == 0);
    CHECK(interval.tv_sec == 0);
    CHECK_ERRNO(sched_rr_get_interval(-1, &interval), EINVAL);
    CHECK_ERRNO(sched_rr_get_interval(4000000, &interval), ESRCH);

    struct attributes attributes = {0};
    CHECK(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) == 0);
    CHECK(attributes.policy == SCHED_OTHER && attributes.priority == 0 && attributes.nice == 0);
    CHECK_ERRNO(syscall(SYS_sched_getattr, 0, &attributes, 8, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getattr, 0, NULL, sizeof attributes, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getattr, 4000000, &attributes, sizeof attributes, 0), ESRCH);
    attributes.nice = 4;
    CHECK(syscall(SYS_sched_setattr, 0, &attributes, 0) == 0);
    CHECK(getpriority(PRIO_PROCESS, 0) == 4);
    attributes.flags = 1 << 20;
    CHECK_ERRNO(syscall(SYS_sched_setattr, 0, &attributes, 0), EINVAL);
    attributes.flags = 0;
    attributes.size = 20;
    CHECK_ERRNO(syscall(SYS_sched_setattr, 0, &attributes, 0), E2BIG);
    CHECK_ERRNO(syscall(SYS_sched_setattr, 0, NULL, 0), EINVAL);

    CHECK(setpriority(PRIO_PROCESS, 0, 10) == 0);
    CHECK(getpriority(PRIO_PROCESS, 0) == 10);
    CHECK(setpriority(PRIO_PROCESS, 0, 100) == 0);
    CHECK(getpriority(PRIO_PROCESS, getpid()) == 19);
    CHECK(setpriority(PRIO_PROCESS, 0, -5) == 0);
    errno = 0;
    CHECK(getpriority(PRIO_PROCESS, 0) == -5 && errno == 0);
    CHECK(nice(3) == -2);
    CHECK_ERRNO(getpriority(7, 0), EINVAL);
    CHECK_ERRNO(setpriority(7, 0, 0), EINVAL);
    CHECK_ERRNO(getpriority(PRIO_PROCESS, 4000000), ESRCH);
    CHECK_ERRNO(syscall(SYS_ioprio_get, 9, 0), EINVAL);
    CHECK(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6) == 0);
    CHECK(syscall(SYS_ioprio_get, 1, 0) == (2 << 13 | 6));
    CHECK_ERRNO(syscall(SYS_ioprio_set, 1, 0, 5 << 13), EINVAL);
    return done();
}
