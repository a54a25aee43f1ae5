// Numbers no honest program gives: the largest, the lowest, those that overflow when they are rounded up or negated.
#include "../check.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

static void lowest_number(int file) {
    CHECK_ERRNO(kill(INT_MIN, 0), ESRCH);
    CHECK_ERRNO(kill(INT_MIN, SIGUSR1), ESRCH);
    CHECK_ERRNO(kill(INT_MIN + 1, 0), ESRCH);
    CHECK_ERRNO(fcntl(file, F_SETOWN, INT_MIN), EINVAL);
    CHECK_ERRNO(fcntl(file, F_SETOWN, INT_MIN + 1), ESRCH);
    CHECK_ERRNO(fcntl(file, F_SETOWN, INT_MAX), ESRCH);
    CHECK(fcntl(file, F_GETOWN) == 0);
    CHECK(fcntl(file, F_SETOWN, getpid()) == 0 && fcntl(file, F_GETOWN) == getpid());
    CHECK(fcntl(file, F_SETOWN, 0) == 0);
    CHECK_ERRNO(waitpid(INT_MIN, NULL, 0), ESRCH);
    CHECK_ERRNO(syscall(SYS_setpgid, 0, INT_MIN), EINVAL);
}

static void huge_sets(void) {
    unsigned long words[1024];
    CHECK(syscall(SYS_sched_getaffinity, 0, 0xffffffff00000400, words) >= 8);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, 0, -1L, words), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, 0, 1L << 61, words), EINVAL);
    int mode = 7;
    CHECK(syscall(SYS_get_mempolicy, &mode, words, -1L, 0, 0) == 0 && mode == 0);
    CHECK_ERRNO(syscall(SYS_get_mempolicy, &mode, words, LONG_MAX, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_poll, words, -1L, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_poll, words, 1L << 31, 0), EINVAL);
    CHECK(syscall(SYS_poll, words, 1L << 32, 0) == 0);
    CHECK_ERRNO(syscall(SYS_epoll_wait, -1, words, -1, 0), EBADF);
}

static void huge_lengths(int file) {
    char bytes[64];
    struct iovec part = {bytes, sizeof bytes};
    CHECK_ERRNO(syscall(SYS_read, file, bytes, -1L), EFAULT);
    CHECK_ERRNO(syscall(SYS_write, file, bytes, -1L), EFAULT);
    CHECK_ERRNO(syscall(SYS_read, file, (char *)(1ul << 63), 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_pread64, file, bytes, 64, LONG_MAX), EINVAL);
    CHECK_ERRNO(syscall(SYS_pwrite64, file, bytes, 64, LONG_MAX), EINVAL);
    CHECK(syscall(SYS_readv, file, &part, 1L << 32) == 0);
    CHECK(syscall(SYS_readv, file, &part, 1L << 32 | 1) >= 0);
    CHECK_ERRNO(syscall(SYS_readv, file, &part, 1025), EINVAL);
    CHECK_ERRNO(syscall(SYS_lseek, file, 0, 5), EINVAL);
    CHECK_ERRNO(syscall(SYS_sync_file_range, file, 16, -1L, 0), EINVAL);
}

int main(void) {
    int file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && write(file, "contents", 8) == 8);
    lowest_number(file);
    huge_sets();
    huge_lengths(file);
    return done();
}
