// signalfd: signals as records to be read.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>

static void *send(void *unused) {
    nanosleep(&(struct timespec){0, 30000000}, NULL);
    kill(getpid(), SIGUSR1);
    return unused;
}

int main(void) {
    sigset_t set;
    sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGUSR2), sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    CHECK(fd >= 0);
    CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_NONBLOCK));
    struct signalfd_siginfo record[4];
    CHECK_ERRNO(read(fd, record, sizeof record), EAGAIN);
    CHECK_ERRNO(read(fd, record, 100), EINVAL);
    CHECK_ERRNO(write(fd, record, sizeof record), EINVAL);
    struct pollfd entry = {fd, POLLIN, 0};
    CHECK(poll(&entry, 1, 0) == 0);

    kill(getpid(), SIGUSR1);
    CHECK(poll(&entry, 1, 0) == 1 && entry.revents == POLLIN);
    CHECK(read(fd, record, sizeof record) == 128);
    CHECK(record[0].ssi_signo == SIGUSR1 && record[0].ssi_code == SI_USER && record[0].ssi_pid == (uint32_t)getpid());
    CHECK(record[0].ssi_uid == getuid());

    // Several at once, in their order, with what was queued with them.
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 7});
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 8});
    kill(getpid(), SIGUSR2);
    CHECK(read(fd, record, sizeof record) == 3 * 128);
    CHECK(record[0].ssi_signo == SIGUSR2 && record[1].ssi_signo == (uint32_t)SIGRTMIN && record[2].ssi_signo == (uint32_t)SIGRTMIN);
    CHECK(record[1].ssi_int == 7 && record[2].ssi_int == 8 && record[1].ssi_code == SI_QUEUE);

    // Waits: in read, in poll, in epoll.
    pthread_t thread;
    fcntl(fd, F_SETFL, 0);
    pthread_create(&thread, NULL, send, NULL);
    CHECK(read(fd, record, sizeof record) == 128 && record[0].ssi_signo == SIGUSR1);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, send, NULL);
    CHECK(poll(&entry, 1, 5000) == 1);
    pthread_join(thread, NULL);
    read(fd, record, sizeof record);
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    CHECK(epoll_wait(epoll, &event, 1, 0) == 0);
    pthread_create(&thread, NULL, send, NULL);
    CHECK(epoll_wait(epoll, &event, 1, 5000) == 1 && event.events == EPOLLIN);
    pthread_join(thread, NULL);
    CHECK(read(fd, record, sizeof record) == 128);

    // The set can be changed.
    sigset_t one;
    sigemptyset(&one), sigaddset(&one, SIGUSR2);
    CHECK(signalfd(fd, &one, 0) == fd);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    kill(getpid(), SIGUSR1);
    CHECK_ERRNO(read(fd, record, sizeof record), EAGAIN);
    kill(getpid(), SIGUSR2);
    CHECK(read(fd, record, sizeof record) == 128 && record[0].ssi_signo == SIGUSR2);

    CHECK_ERRNO(signalfd(0, &set, 0), EINVAL);
    CHECK_ERRNO(signalfd(77, &set, 0), EBADF);
    CHECK_ERRNO(signalfd(-1, &set, 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, &set, 4, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, 8, 8, 0), EFAULT);
    return done();
}
