// Flags, sizes and names that Linux refuses are refused with its error.
#include "../check.h"
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>

int main(void) {
    char name[5000];
    memset(name, 'x', sizeof name);
    name[300] = 0;
    CHECK_ERRNO(open(name, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(mkdir(name, 0700), ENAMETOOLONG);
    memset(name, '/', sizeof name);
    name[4999] = 0;
    CHECK_ERRNO(open(name, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(open("", O_RDONLY), ENOENT);
    CHECK_ERRNO(mkdir("", 0700), ENOENT);
    CHECK_ERRNO(rmdir("."), EINVAL);
    CHECK_ERRNO(rmdir(".."), ENOTEMPTY);
    CHECK_ERRNO(mkdir(".", 0700), EEXIST);
    CHECK_ERRNO(unlink("."), EISDIR);
    CHECK_ERRNO(rename(".", "a"), EBUSY);
    CHECK_ERRNO(dup3(0, 0, 0), EINVAL);
    CHECK_ERRNO(dup3(0, 5, 0x7), EINVAL);
    CHECK_ERRNO(pipe2((int[2]){0}, 0x7), EINVAL);
    CHECK_ERRNO(epoll_create(0), EINVAL);
    CHECK_ERRNO(epoll_create1(7), EINVAL);
    CHECK_ERRNO(eventfd(0, 7), EINVAL);
    CHECK_ERRNO(inotify_init1(7), EINVAL);
    CHECK_ERRNO(timerfd_create(99, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 7), EINVAL);
    sigset_t set;
    sigemptyset(&set);
    CHECK_ERRNO(signalfd(-1, &set, 7), EINVAL);
    CHECK_ERRNO(syscall(SYS_memfd_create, "m", 0x80), EINVAL);
    CHECK_ERRNO(getrandom(name, 1, 0x80), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 4), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigprocmask, 9, &set, NULL, 8), EINVAL);
    CHECK_ERRNO(kill(getpid(), 65), EINVAL);
    CHECK_ERRNO(kill(999999, 0), ESRCH);
    CHECK_ERRNO(syscall(SYS_tgkill, getpid(), 999999, 0), ESRCH);
    struct sigaction action = {.sa_handler = SIG_IGN};
    CHECK_ERRNO(sigaction(SIGKILL, &action, NULL), EINVAL);
    CHECK_ERRNO(sigaction(SIGSTOP, &action, NULL), EINVAL);
    struct timespec time = {0, 1000000000};
    CHECK_ERRNO(nanosleep(&time, NULL), EINVAL);
    CHECK_ERRNO(clock_gettime(99, &time), EINVAL);
    struct itimerval interval = {{0, 0}, {0, 1000000}};
    CHECK_ERRNO(setitimer(ITIMER_REAL, &interval, NULL), EINVAL);
    CHECK_ERRNO(setitimer(7, &interval, NULL), EINVAL);
    struct rlimit limit = {10, 5};
    CHECK_ERRNO(setrlimit(RLIMIT_CORE, &limit), EINVAL);
    CHECK_ERRNO(getrlimit(99, &limit), EINVAL);
    CHECK_ERRNO(getrusage(7, (void *)name), EINVAL);
    CHECK_ERRNO(socket(AF_UNIX, 99, 0), EINVAL);
    CHECK_ERRNO(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, (int[2]){0}), EOPNOTSUPP);
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK_ERRNO(munmap((void *)1, 4096), EINVAL);
    CHECK_ERRNO(mprotect((void *)1, 4096, PROT_READ), EINVAL);
    CHECK_ERRNO(madvise((void *)4096, 4096, 9999), EINVAL);
    CHECK_ERRNO(prctl(9999, 0, 0, 0, 0), EINVAL);
    int fd = open("vectors", O_RDWR | O_CREAT, 0600);
    struct iovec vector = {name, (size_t)-1};
    CHECK_ERRNO(readv(fd, &vector, 1), EINVAL);
    CHECK_ERRNO(readv(fd, &vector, 1025), EINVAL);
    CHECK_ERRNO(readv(fd, &vector, -1), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    CHECK_ERRNO(syscall(SYS_futex, name, 99, 0, NULL), ENOSYS);
    CHECK_ERRNO(sched_setaffinity(0, 0, NULL), EINVAL);
    CHECK_ERRNO(sched_get_priority_max(99), EINVAL);
    CHECK_ERRNO(faccessat(AT_FDCWD, ".", 99, 0), EINVAL);
    CHECK_ERRNO(fcntl(fd, 9999), EINVAL);
    CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK_ERRNO(syscall(9999), ENOSYS);
    return done();
}
