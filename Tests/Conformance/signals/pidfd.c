// A process by descriptor.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

static volatile sig_atomic_t handled;
static siginfo_t last;
static void handler(int signal, siginfo_t *information, void *context) {
    handled = signal, last = *information;
    (void)context;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    int fd = syscall(SYS_pidfd_open, getpid(), 0);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
    CHECK(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0) == 0);
    CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0) == 0 && handled == SIGUSR1);
    CHECK(last.si_code == SI_USER && last.si_pid == getpid());
    siginfo_t own = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    own.si_value.sival_int = 99;
    CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &own, 0) == 0 && last.si_code == SI_QUEUE && last.si_value.sival_int == 99);
    own.si_signo = SIGUSR2;
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &own, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, fd, 99, NULL, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, 0, SIGUSR1, NULL, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, 77, SIGUSR1, NULL, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 1 << 20), EINVAL);
    struct pollfd entry = {fd, POLLIN, 0};
    CHECK(poll(&entry, 1, 0) == 0);
    CHECK_ERRNO(syscall(SYS_pidfd_open, 0, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_pidfd_open, 0x3ffff0, 0), ESRCH);
    CHECK_ERRNO(syscall(SYS_pidfd_open, getpid(), 1), EINVAL);
    char byte;
    CHECK_ERRNO(read(fd, &byte, 1), EINVAL);
    fd = syscall(SYS_pidfd_open, getpid(), O_NONBLOCK);
    CHECK(fd >= 0 && (fcntl(fd, F_GETFL) & O_NONBLOCK));
    return done();
}
