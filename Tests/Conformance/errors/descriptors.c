// A descriptor that is not open, or not open for this, gives the error Linux has for it.
#include "../check.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <termios.h>

int main(void) {
    char byte;
    struct stat status;
    struct statfs system;
    int none = 77;
    CHECK_ERRNO(read(none, &byte, 1), EBADF);
    CHECK_ERRNO(write(none, &byte, 1), EBADF);
    CHECK_ERRNO(close(none), EBADF);
    CHECK_ERRNO(fstat(none, &status), EBADF);
    CHECK_ERRNO(fstatfs(none, &system), EBADF);
    CHECK_ERRNO(lseek(none, 0, SEEK_SET), EBADF);
    CHECK_ERRNO(dup(none), EBADF);
    CHECK_ERRNO(dup2(none, 3), EBADF);
    CHECK_ERRNO(dup3(none, none, 0), EINVAL);
    CHECK_ERRNO(fcntl(none, F_GETFD), EBADF);
    CHECK_ERRNO(ioctl(none, FIONREAD, &byte), EBADF);
    CHECK_ERRNO(fsync(none), EBADF);
    CHECK_ERRNO(ftruncate(none, 0), EBADF);
    CHECK_ERRNO(fchmod(none, 0), EBADF);
    CHECK_ERRNO(fchown(none, 0, 0), EBADF);
    CHECK_ERRNO(fchdir(none), EBADF);
    CHECK_ERRNO(flock(none, LOCK_SH), EBADF);
    CHECK_ERRNO(openat(none, "relative", O_RDONLY), EBADF);
    CHECK_ERRNO(listen(none, 1), EBADF);
    CHECK_ERRNO(epoll_ctl(none, EPOLL_CTL_DEL, 0, NULL), EBADF);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, none, 0) == MAP_FAILED && errno == EBADF);

    int reading = open("file", O_RDONLY | O_CREAT, 0600), writing = open("file", O_WRONLY), directory = open(".", O_RDONLY);
    int ends[2];
    CHECK(reading >= 0 && writing >= 0 && directory >= 0 && pipe(ends) == 0);
    CHECK_ERRNO(write(reading, &byte, 1), EBADF);
    CHECK_ERRNO(read(writing, &byte, 1), EBADF);
    CHECK_ERRNO(ftruncate(reading, 0), EINVAL);
    CHECK_ERRNO(read(directory, &byte, 1), EISDIR);
    CHECK_ERRNO(write(directory, &byte, 1), EBADF);
    CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
    CHECK_ERRNO(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(lseek(ends[0], 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(pread(ends[0], &byte, 1, 0), ESPIPE);
    CHECK_ERRNO(write(ends[0], &byte, 1), EBADF);
    CHECK_ERRNO(read(ends[1], &byte, 1), EBADF);
    CHECK_ERRNO(fsync(ends[1]), EINVAL);
    CHECK_ERRNO(ftruncate(ends[1], 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_getdents64, reading, &status, sizeof status), ENOTDIR);
    CHECK_ERRNO(fchdir(reading), ENOTDIR);
    struct termios terminal;
    CHECK_ERRNO(tcgetattr(reading, &terminal), ENOTTY);
    CHECK_ERRNO(tcgetattr(ends[0], &terminal), ENOTTY);
    CHECK_ERRNO(listen(reading, 1), ENOTSOCK);
    CHECK_ERRNO(getsockname(ends[0], NULL, NULL), ENOTSOCK);
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    CHECK_ERRNO(epoll_ctl(epoll, EPOLL_CTL_ADD, reading, &event), EPERM);
    CHECK_ERRNO(epoll_ctl(epoll, EPOLL_CTL_ADD, none, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event), EINVAL);
    CHECK_ERRNO(epoll_wait(reading, &event, 1, 0), EINVAL);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, writing, 0) == MAP_FAILED && errno == EACCES);
    CHECK(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, reading, 0) == MAP_FAILED && errno == EACCES);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, ends[0], 0) == MAP_FAILED && errno == ENODEV);
    struct pollfd polled = {.fd = none, .events = POLLIN};
    CHECK(poll(&polled, 1, 0) == 1 && polled.revents == POLLNVAL);
    return done();
}
