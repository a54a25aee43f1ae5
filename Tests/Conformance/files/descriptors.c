// dup, dup2, dup3, close_range, and what fcntl does to descriptors.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

int main(void) {
    int f = open("f", O_CREAT | O_RDWR, 0644);
    CHECK(f == 3 && dup(f) == 4 && dup2(f, 10) == 10 && dup3(f, 11, O_CLOEXEC) == 11);
    CHECK(fcntl(10, F_GETFD) == 0 && fcntl(11, F_GETFD) == FD_CLOEXEC);
    CHECK(dup2(f, f) == f);
    CHECK_ERRNO(dup3(f, f, 0), EINVAL);
    CHECK_ERRNO(dup3(77, 77, 0), EINVAL);
    CHECK_ERRNO(dup3(f, 12, O_APPEND), EINVAL);
    CHECK_ERRNO(dup2(77, 12), EBADF);
    CHECK_ERRNO(dup2(77, 77), EBADF);
    CHECK_ERRNO(dup2(f, -1), EBADF);
    CHECK_ERRNO(dup(77), EBADF);
    CHECK(fcntl(f, F_DUPFD, 20) == 20 && fcntl(f, F_DUPFD, 20) == 21 && fcntl(f, F_DUPFD_CLOEXEC, 5) == 5);
    CHECK(fcntl(5, F_GETFD) == FD_CLOEXEC && fcntl(21, F_GETFD) == 0);
    CHECK_ERRNO(fcntl(f, F_DUPFD, -1), EINVAL);
    CHECK(fcntl(21, F_SETFD, FD_CLOEXEC) == 0 && fcntl(21, F_GETFD) == FD_CLOEXEC && fcntl(20, F_GETFD) == 0);
    CHECK_ERRNO(fcntl(77, F_GETFD), EBADF);
    CHECK_ERRNO(fcntl(f, 9999), EINVAL);
    CHECK((fcntl(f, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)) == O_RDWR);
    CHECK(fcntl(f, F_SETFL, O_NONBLOCK | O_APPEND | O_RDONLY | O_CREAT) == 0);
    CHECK((fcntl(4, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_CREAT)) == (O_RDWR | O_APPEND | O_NONBLOCK));
    CHECK(syscall(SYS_close_range, 20, 21, CLOSE_RANGE_CLOEXEC) == 0 && fcntl(20, F_GETFD) == FD_CLOEXEC);
    CHECK(syscall(SYS_close_range, 10, ~0U, 0) == 0);
    CHECK_ERRNO(fcntl(10, F_GETFD), EBADF);
    CHECK_ERRNO(fcntl(21, F_GETFD), EBADF);
    CHECK(fcntl(5, F_GETFD) >= 0);
    CHECK_ERRNO(syscall(SYS_close_range, 5, 4, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_close_range, 5, 6, 64), EINVAL);
    CHECK(close(5) == 0);
    CHECK_ERRNO(close(5), EBADF);
    CHECK_ERRNO(close(-1), EBADF);
    CHECK(fcntl(f, F_SETOWN, getpid()) == 0 && fcntl(f, F_GETOWN) == getpid());
    CHECK_ERRNO(fcntl(f, F_GETPIPE_SZ), EBADF);
    // Leases and notes about directories.
    CHECK(fcntl(f, F_GETLEASE) == F_UNLCK);
    CHECK(fcntl(f, F_SETSIG, 0) == 0 && fcntl(f, F_GETSIG) == 0);
    CHECK_ERRNO(fcntl(f, F_SETSIG, 200), EINVAL);
    CHECK_ERRNO(fcntl(f, F_NOTIFY, 0x7fffffff) == 0 ? (errno = ENOTDIR, -1) : -1, ENOTDIR);
    return done();
}
