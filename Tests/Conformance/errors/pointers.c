// A bad pointer is EFAULT in every call that reads or writes through it, and nothing else is done before.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

#define BAD ((void *)0x10)
#define call(...) syscall(__VA_ARGS__)

int main(void) {
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, "abc", 3) == 3 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK_ERRNO(call(SYS_read, fd, BAD, 3), EFAULT);
    CHECK(lseek(fd, 0, SEEK_CUR) == 0);
    CHECK_ERRNO(call(SYS_write, fd, BAD, 3), EFAULT);
    CHECK_ERRNO(call(SYS_open, BAD, O_RDONLY), EFAULT);
    CHECK_ERRNO(call(SYS_openat, AT_FDCWD, BAD, O_RDONLY), EFAULT);
    CHECK_ERRNO(call(SYS_stat, "file", BAD), EFAULT);
    CHECK_ERRNO(call(SYS_fstat, fd, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_statfs, ".", BAD), EFAULT);
    CHECK_ERRNO(call(SYS_access, BAD, F_OK), EFAULT);
    CHECK_ERRNO(call(SYS_getcwd, BAD, 100), EFAULT);
    CHECK_ERRNO(call(SYS_readlink, "/proc/self/exe", BAD, 10), EFAULT);
    CHECK_ERRNO(call(SYS_rename, "file", BAD), EFAULT);
    CHECK_ERRNO(call(SYS_unlink, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_mkdir, BAD, 0700), EFAULT);
    CHECK_ERRNO(call(SYS_pipe2, BAD, 0), EFAULT);
    CHECK_ERRNO(call(SYS_poll, BAD, 1, 0), EFAULT);
    CHECK_ERRNO(call(SYS_select, 1, BAD, NULL, NULL, NULL), EFAULT);
    struct iovec vector = {BAD, 3};
    CHECK_ERRNO(call(SYS_readv, fd, &vector, 1), EFAULT);
    CHECK_ERRNO(call(SYS_readv, fd, BAD, 1), EFAULT);
    CHECK_ERRNO(call(SYS_writev, fd, &vector, 1), EFAULT);
    int epoll = epoll_create1(0);
    int ends[2];
    CHECK(epoll >= 0 && pipe(ends) == 0);
    CHECK_ERRNO(call(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, ends[0], BAD), EFAULT);
    CHECK_ERRNO(call(SYS_clock_gettime, CLOCK_MONOTONIC, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_nanosleep, BAD, NULL), EFAULT);
    CHECK_ERRNO(call(SYS_gettimeofday, BAD, NULL), EFAULT);
    CHECK_ERRNO(call(SYS_getrlimit, RLIMIT_NOFILE, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_setrlimit, RLIMIT_NOFILE, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_getrusage, RUSAGE_SELF, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_times, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_uname, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_sysinfo, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8), EFAULT);
    CHECK_ERRNO(call(SYS_rt_sigprocmask, SIG_BLOCK, BAD, NULL, 8), EFAULT);
    CHECK_ERRNO(call(SYS_getrandom, BAD, 8, 0), EFAULT);
    CHECK_ERRNO(call(SYS_getitimer, ITIMER_REAL, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, BAD), EFAULT);
    CHECK_ERRNO(call(SYS_futex, BAD, 0, 0, NULL), EFAULT);
    return done();
}
