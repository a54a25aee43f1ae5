// Where several things are wrong with a call, Linux says one of them, and programs have come to rely on which.
#include "../check.h"
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <utime.h>

static void *bad = (void *)16;

static void offsets(int pipes[2], int file) {
    struct iovec part = {bad, 8};
    CHECK_ERRNO(preadv(pipes[0], bad, 1, 0), ESPIPE);
    CHECK_ERRNO(pwritev(pipes[0], &part, 1, 0), ESPIPE);
    CHECK_ERRNO(preadv(pipes[0], bad, 1, -1), EINVAL);
    CHECK_ERRNO(lseek(pipes[0], 0, 99), EINVAL);
    CHECK_ERRNO(lseek(pipes[0], 0, SEEK_SET), ESPIPE);
    off_t place = -1;
    CHECK_ERRNO(sendfile(-1, file, bad, 8), EFAULT);
    CHECK_ERRNO(sendfile(-1, pipes[0], &place, 8), ESPIPE);
    CHECK_ERRNO(sendfile(-1, file, &place, 8), EINVAL);
    CHECK_ERRNO(syscall(SYS_splice, pipes[0], &place, -1, NULL, 8, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_splice, pipes[0], &place, file, NULL, 8, 0), ESPIPE);
    CHECK_ERRNO(syscall(SYS_copy_file_range, file, bad, file, NULL, 8, 99), EFAULT);
    CHECK_ERRNO(syscall(SYS_copy_file_range, pipes[0], NULL, file, NULL, 8, 0), EINVAL);
    CHECK_ERRNO(fallocate(pipes[1], 0x4000, 0, 8), EOPNOTSUPP);
    CHECK_ERRNO(fallocate(pipes[1], 0, 0, 8), ESPIPE);
}

static void attributes(void) {
    char value[8] = "";
    CHECK_ERRNO(setxattr("nothing", "user.a", value, 1, 99), EINVAL);
    CHECK_ERRNO(setxattr("nothing", "", value, 1, 0), ERANGE);
    CHECK_ERRNO(setxattr("nothing", "user.a", value, 1 << 20, 0), E2BIG);
    CHECK_ERRNO(setxattr("nothing", "user.a", bad, 1, 0), EFAULT);
    CHECK_ERRNO(getxattr("nothing", "", value, 1), ERANGE);
    CHECK_ERRNO(fremovexattr(-1, ""), ERANGE);
    CHECK_ERRNO(getxattr("nothing", "user.a", value, 1), ENOENT);
    struct timeval wrong[2] = {{0, 1000000}, {0, 0}};
    CHECK_ERRNO(syscall(SYS_utimes, "nothing", wrong), EINVAL);
    CHECK_ERRNO(syscall(SYS_utime, "nothing", bad), EFAULT);
    struct timespec times[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}}, none[2] = {{0, -1}, {0, 0}};
    CHECK(utimensat(AT_FDCWD, "nothing", times, 0x4000) == 0);
    CHECK_ERRNO(utimensat(AT_FDCWD, "nothing", none, 0), ENOENT);
    CHECK_ERRNO(utimensat(AT_FDCWD, "file", none, 0), EINVAL);
}

static void names(int file) {
    char text[16];
    CHECK_ERRNO(readlink("", text, sizeof text), ENOENT);
    CHECK_ERRNO(readlinkat(file, "", text, sizeof text), ENOENT);
    CHECK_ERRNO(open("nothing/below", O_TMPFILE | O_RDONLY), EINVAL);
    CHECK_ERRNO(mknod("file", S_IFBLK, 1), EEXIST);
    CHECK_ERRNO(mknod("nothing/below", S_IFCHR, 1), ENOENT);
    CHECK_ERRNO(renameat2(AT_FDCWD, "nothing", AT_FDCWD, "other", 4), ENOENT);
    CHECK_ERRNO(renameat2(AT_FDCWD, "nothing", AT_FDCWD, "other", 3), EINVAL);
    struct stat status;
    CHECK(fstatat(AT_FDCWD, "file", &status, 0x2000) == 0);
}

static void descriptors(int pipes[2]) {
    int name = open("file", O_PATH);
    struct itimerspec time;
    CHECK_ERRNO(flock(-1, 3), EINVAL);
    CHECK_ERRNO(timerfd_gettime(name, &time), EBADF);
    CHECK_ERRNO(epoll_wait(-1, bad, 0, 0), EBADF);
    int set = epoll_create1(0);
    CHECK_ERRNO(epoll_wait(set, bad, 0, 0), EINVAL);
    CHECK_ERRNO(vmsplice(set, bad, 1, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_memfd_create, "name", 0x18), EINVAL);
    CHECK_ERRNO(syscall(SYS_recvmsg, pipes[0], bad, 0x80000000), EINVAL);
    CHECK(fchmod(pipes[0], 0640) == 0 && fchown(pipes[0], 1, 2) == 0);
    struct stat status;
    CHECK(fstat(pipes[0], &status) == 0 && (status.st_mode & 07777) == 0640 && status.st_uid == 1 && status.st_gid == 2);
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && fchmod(pair[0], 0600) == 0 && fchown(pair[0], 1, 1) == 0);
}

static void others(void) {
    struct rlimit limit = {1, 0};
    CHECK_ERRNO(syscall(SYS_getrlimit, RLIMIT_FSIZE, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_setrlimit, RLIMIT_FSIZE, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_setrlimit, 99, bad), EFAULT);
    CHECK_ERRNO(prlimit(999999, 99, NULL, NULL), ESRCH);
    CHECK_ERRNO(prlimit(0, RLIMIT_FSIZE, &limit, NULL), EINVAL);
    siginfo_t information = {.si_signo = 7};
    CHECK_ERRNO(wait4(-1, NULL, 4, NULL), EINVAL);
    CHECK_ERRNO(wait4(-1, NULL, 0, NULL), ECHILD);
    CHECK_ERRNO(waitid(P_ALL, 0, &information, 0), EINVAL);
    CHECK_ERRNO(waitid(P_PID, 0, &information, WEXITED), EINVAL);
    CHECK_ERRNO(waitid(3, 0, &information, WEXITED), EBADF);
    CHECK_ERRNO(waitid(9, 0, &information, WEXITED), EINVAL);
    CHECK_ERRNO(waitid(P_ALL, 0, bad, WEXITED), EFAULT);
    CHECK_ERRNO(waitid(P_ALL, 0, &information, WEXITED), ECHILD);
    CHECK(information.si_signo == 0);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 999999};
    CHECK(syscall(SYS_capget, &header, NULL) == 0);
    fd_set set;
    FD_ZERO(&set);
    // Time that cannot be written back is not an error.
    static const struct timeval zero = {0, 0};
    CHECK(syscall(SYS_select, 0, NULL, NULL, NULL, &zero) == 0);
}

int main(void) {
    int pipes[2], file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && write(file, "contents", 8) == 8 && pipe(pipes) == 0);
    offsets(pipes, file);
    attributes();
    names(file);
    descriptors(pipes);
    others();
    return done();
}
