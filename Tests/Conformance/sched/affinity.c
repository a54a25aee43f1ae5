// Which processors a thread may use: sets are kept per thread, checked, and obeyed.
#include "../check.h"
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

static void *look(void *unused) {
    cpu_set_t set;
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0);
    CHECK(CPU_COUNT(&set) == 1 && CPU_ISSET(0, &set));
    for (int i = 0; i < 50; i++) {
        if (sched_getcpu() != 0) CHECK(0);
        sched_yield();
    }
    return unused;
}

int main(void) {
    cpu_set_t all, one, none;
    CPU_ZERO(&none);
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    CHECK(CPU_COUNT(&all) >= 1);
    CHECK(CPU_COUNT(&all) == sysconf(_SC_NPROCESSORS_ONLN));
    unsigned cpu = 99, node = 99;
    CHECK(getcpu(&cpu, &node) == 0);
    CHECK(CPU_ISSET(cpu, &all));
    CHECK(syscall(SYS_getcpu, NULL, NULL, NULL) == 0);
    CHECK_ERRNO(syscall(SYS_getcpu, (void *)8, NULL, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, 0, 7, &all), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, 0, 0, &all), EINVAL);
    CHECK_ERRNO(sched_getaffinity(4000000, sizeof all, &all), ESRCH);
    CHECK_ERRNO(sched_getaffinity(0, sizeof all, (void *)8), EFAULT);
    CHECK_ERRNO(sched_setaffinity(0, sizeof none, &none), EINVAL);
    CHECK_ERRNO(sched_setaffinity(0, 0, NULL), EINVAL);
    CHECK_ERRNO(sched_setaffinity(4000000, sizeof all, &all), ESRCH);
    CHECK_ERRNO(sched_setaffinity(0, sizeof all, (void *)8), EFAULT);
    CPU_ZERO(&one);
    CPU_SET(1000, &one);
    CHECK_ERRNO(sched_setaffinity(0, sizeof one, &one), EINVAL);

    CPU_ZERO(&one);
    CPU_SET(0, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK(sched_getcpu() == 0);
    cpu_set_t now;
    CHECK(sched_getaffinity(0, sizeof now, &now) == 0);
    CHECK(CPU_EQUAL(&now, &one));
    // A new thread begins with its creator's set.
    pthread_t thread;
    pthread_create(&thread, NULL, look, NULL);
    pthread_join(thread, NULL);
    if (CPU_COUNT(&all) > 1) {
        CPU_ZERO(&one);
        CPU_SET(1, &one);
        CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
        CHECK(sched_getcpu() == 1);
    } else {
        CHECK(1);
        CHECK(1);
    }
    // Processors that are not there are left out.
    CPU_SET(1000, &all);
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
    CHECK(sched_getaffinity(0, sizeof now, &now) == 0);
    CHECK(!CPU_ISSET(1000, &now));
    return done();
}
