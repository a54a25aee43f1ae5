// Resource limits and what the system says of what was used.
#include "../check.h"
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <time.h>

int main(void) {
    struct rlimit limit, old;
    CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0);
    limit.rlim_cur = 64;
    limit.rlim_max = 128;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(prlimit(0, RLIMIT_NOFILE, NULL, &old) == 0);
    CHECK(old.rlim_cur == 64 && old.rlim_max == 128);
    limit.rlim_cur = 129;
    CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &limit), EINVAL);
    limit.rlim_cur = 100;
    CHECK(prlimit(getpid(), RLIMIT_NOFILE, &limit, &old) == 0);
    CHECK(old.rlim_cur == 64);
    CHECK_ERRNO(prlimit(4000000, RLIMIT_NOFILE, NULL, &old), ESRCH);
    CHECK_ERRNO(prlimit(0, 16, NULL, &old), EINVAL);
    CHECK_ERRNO(getrlimit(99, &old), EINVAL);
    CHECK_ERRNO(syscall(SYS_getrlimit, RLIMIT_CORE, 8), EFAULT);
    CHECK_ERRNO(syscall(SYS_prlimit64, 0, RLIMIT_CORE, 8, NULL), EFAULT);
    // The limit is kept to.
    int last = -1, fd;
    while ((fd = dup(1)) >= 0) last = fd;
    CHECK(errno == EMFILE);
    CHECK(last == 99);
    for (fd = 10; fd <= last; fd++) close(fd);
    CHECK_ERRNO(dup2(1, 100), EBADF);
    limit.rlim_cur = 100;
    limit.rlim_max = 1ul << 40;
    CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &limit), EPERM);

    struct rusage usage;
    for (volatile long i = 0; i < 20000000; i++) {}
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    long used = usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
    CHECK(used > 0);
    CHECK(usage.ru_maxrss > 0);
    CHECK(getrusage(RUSAGE_THREAD, &usage) == 0);
    CHECK(getrusage(RUSAGE_CHILDREN, &usage) == 0);
    CHECK(usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec == 0);
    CHECK_ERRNO(getrusage(7, &usage), EINVAL);
    CHECK_ERRNO(syscall(SYS_getrusage, RUSAGE_SELF, 8), EFAULT);
    struct tms times_now;
    CHECK(times(&times_now) > 0);
    CHECK(times_now.tms_cutime == 0);
    CHECK(clock() > 0);
    struct sysinfo information;
    CHECK(sysinfo(&information) == 0);
    CHECK(information.totalram > 0 && information.freeram <= information.totalram && information.mem_unit == 1);
    CHECK(information.procs >= 1);
    CHECK_ERRNO(syscall(SYS_sysinfo, 8), EFAULT);

    CHECK(setuid(1000) == 0);
    limit.rlim_max = 300;
    CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &limit), EPERM);
    limit.rlim_max = 110;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    return done();
}
