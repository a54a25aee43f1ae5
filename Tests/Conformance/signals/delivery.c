// How signals come: to oneself, blocked and unblocked, once or queued, in which order, with which information.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static volatile sig_atomic_t count, order[64], orders;
static siginfo_t last;

static void plain(int signal) { count++, order[orders++] = signal; }
static void informed(int signal, siginfo_t *information, void *context) {
    count++, order[orders++] = signal, last = *information;
    (void)context;
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO};
    CHECK(sigaction(signal, &action, NULL) == 0);
}

int main(void) {
    struct sigaction action = {.sa_handler = plain}, old;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(raise(SIGUSR1) == 0 && count == 1);
    CHECK(kill(getpid(), SIGUSR1) == 0 && count == 2);
    CHECK(sigaction(SIGUSR1, NULL, &old) == 0 && old.sa_handler == plain);

    // Standard signals coalesce, and come when they are unblocked.
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1), raise(SIGUSR1), kill(getpid(), SIGUSR1);
    CHECK(count == 2);
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1) == 1 && sigismember(&pending, SIGUSR2) == 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    // raise sends to the thread, kill to the process: two queues.
    CHECK(count == 4);

    // Where it came from.
    handle(SIGUSR2, informed, 0);
    kill(getpid(), SIGUSR2);
    CHECK(last.si_signo == SIGUSR2 && last.si_code == SI_USER && last.si_pid == getpid() && last.si_uid == getuid());
    raise(SIGUSR2);
    CHECK(last.si_code == SI_TKILL && last.si_pid == getpid());
    union sigval value = {.sival_ptr = (void *)0x123456789abcdef0};
    CHECK(sigqueue(getpid(), SIGUSR2, value) == 0);
    CHECK(last.si_code == SI_QUEUE && last.si_value.sival_ptr == value.sival_ptr && last.si_pid == getpid());

    // Queued signals keep their number, in their order, lower numbers first.
    handle(SIGRTMIN, informed, 0), handle(SIGRTMIN + 1, informed, 0);
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    count = orders = 0;
    for (int i = 0; i < 3; i++) sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i});
    for (int i = 0; i < 3; i++) sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
    kill(getpid(), SIGUSR2);
    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    CHECK(count == 7);
    for (int i = 0; i < orders; i++) PRINT("%d", order[i] - (order[i] >= SIGRTMIN ? SIGRTMIN - 100 : 0));

    // An ignored signal goes nowhere; one that is blocked stays, until it is ignored.
    signal(SIGUSR1, SIG_IGN);
    CHECK(raise(SIGUSR1) == 0);
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    raise(SIGUSR1);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR1) == 1);
    signal(SIGUSR1, SIG_IGN);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR1) == 0);
    raise(SIGCHLD);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGCHLD) == 1);
    signal(SIGCHLD, SIG_DFL);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGCHLD) == 0);
    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);

    // Flags: once only, the signal itself not blocked, others blocked.
    action = (struct sigaction){.sa_handler = plain, .sa_flags = SA_RESETHAND};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &old);
    CHECK(old.sa_handler == SIG_DFL);

    // Errors.
    CHECK_ERRNO(kill(getpid(), 65), EINVAL);
    CHECK_ERRNO(kill(getpid(), -1), EINVAL);
    CHECK_ERRNO(kill(0x7ffffff0, 0), ESRCH);
    CHECK_ERRNO(kill(0x7ffffff0, 1000), ESRCH);
    CHECK(kill(getpid(), 0) == 0);
    CHECK_ERRNO(sigaction(SIGKILL, &action, NULL), EINVAL);
    CHECK_ERRNO(sigaction(SIGSTOP, &action, NULL), EINVAL);
    CHECK(sigaction(SIGKILL, NULL, &old) == 0);
    CHECK_ERRNO(sigaction(65, NULL, &old), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigprocmask, 7, &set, NULL, 8), EINVAL);
    CHECK(syscall(SYS_rt_sigprocmask, 7, NULL, &set, 8) == 0);
    CHECK_ERRNO(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 1, NULL, 8), EFAULT);
    CHECK_ERRNO(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 4), EINVAL);
    CHECK_ERRNO(syscall(SYS_tgkill, getpid(), 0, SIGUSR1), EINVAL);
    CHECK_ERRNO(syscall(SYS_tgkill, getpid(), 0x7ffffff0, SIGUSR1), ESRCH);
    CHECK_ERRNO(syscall(SYS_tgkill, getpid(), getpid(), 99), EINVAL);
    CHECK_ERRNO(syscall(SYS_tkill, -1, SIGUSR1), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigpending, &set, 16), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, NULL), EFAULT);

    // Blocking SIGKILL and SIGSTOP is accepted, and does nothing.
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    sigprocmask(SIG_BLOCK, NULL, &set);
    CHECK(!sigismember(&set, SIGKILL) && !sigismember(&set, SIGSTOP) && sigismember(&set, SIGTERM));

    // A program may not say that the kernel sent a signal to somebody else; to itself it may.
    siginfo_t forged = {.si_signo = SIGRTMIN, .si_code = SI_USER, .si_pid = 4711};
    CHECK_ERRNO(syscall(SYS_rt_sigqueueinfo, 1 == getpid() ? 2 : 1, SIGRTMIN, &forged), EPERM);
    CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), SIGRTMIN, &forged) == 0);
    sigemptyset(&set), sigaddset(&set, SIGRTMIN);
    CHECK(sigwaitinfo(&set, &last) == SIGRTMIN && last.si_code == SI_USER && last.si_pid == 4711);

    // RLIMIT_SIGPENDING bounds the queue; natively what other processes of the user have pending counts, too.
    struct rlimit limit = {4, 4};
    CHECK(setrlimit(RLIMIT_SIGPENDING, &limit) == 0);
    int queued = 0;
    while (queued < 100 && sigqueue(getpid(), SIGRTMIN, value) == 0) queued++;
    CHECK(queued <= 4 && errno == EAGAIN);
    CHECK(kill(getpid(), SIGRTMIN + 1) == 0);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGRTMIN + 1));
    return done();
}
