// sigwait and its kin: blocked signals are taken without a handler.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

static pthread_t mainThread;
static volatile sig_atomic_t handled;
static void handler(int signal) { handled = signal; }
static void *send(void *signal) {
    nanosleep(&(struct timespec){0, 30000000}, NULL);
    kill(getpid(), (int)(long)signal);
    return NULL;
}
static void *sendThread(void *signal) {
    nanosleep(&(struct timespec){0, 30000000}, NULL);
    pthread_kill(mainThread, (int)(long)signal);
    return NULL;
}

int main(void) {
    sigset_t set, usr1;
    siginfo_t information;
    pthread_t thread;
    mainThread = pthread_self();
    sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGUSR2), sigaddset(&set, SIGRTMIN), sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    CHECK_ERRNO(sigtimedwait(&set, &information, &(struct timespec){0, 0}), EAGAIN);
    CHECK_ERRNO(sigtimedwait(&set, &information, &(struct timespec){0, 20000000}), EAGAIN);
    CHECK_ERRNO(sigtimedwait(&set, &information, &(struct timespec){0, 1000000000}), EINVAL);
    CHECK_ERRNO(sigtimedwait(&set, &information, &(struct timespec){-1, 0}), EINVAL);

    // What is pending is taken at once, lowest first.
    raise(SIGUSR2), raise(SIGUSR1);
    CHECK(sigwaitinfo(&set, &information) == SIGUSR1 && information.si_code == SI_USER);
    CHECK(sigwaitinfo(&set, &information) == SIGUSR2);
    int signal;
    kill(getpid(), SIGUSR1);
    CHECK(sigwait(&set, &signal) == 0 && signal == SIGUSR1);

    // What comes later ends the wait: sent to the process, and sent to the thread.
    pthread_create(&thread, NULL, send, (void *)(long)SIGUSR1);
    CHECK(sigwaitinfo(&set, &information) == SIGUSR1 && information.si_code == SI_USER && information.si_pid == getpid());
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, sendThread, (void *)(long)SIGRTMIN);
    CHECK(sigtimedwait(&set, &information, &(struct timespec){5, 0}) == SIGRTMIN && information.si_code == SI_USER);
    pthread_join(thread, NULL);

    // One whose default is to do nothing is waited for all the same.
    pthread_create(&thread, NULL, send, (void *)(long)SIGCHLD);
    CHECK(sigtimedwait(&set, &information, &(struct timespec){5, 0}) == SIGCHLD);
    pthread_join(thread, NULL);

    // The mask is as it was.
    sigprocmask(SIG_BLOCK, NULL, &usr1);
    CHECK(sigismember(&usr1, SIGUSR1) && sigismember(&usr1, SIGCHLD) && !sigismember(&usr1, SIGTERM));

    // sigsuspend lets a blocked signal in, and blocks it again afterwards.
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK(handled == 0);
    sigset_t none;
    sigemptyset(&none);
    CHECK_ERRNO(sigsuspend(&none), EINTR);
    CHECK(handled == SIGUSR1);
    sigprocmask(SIG_BLOCK, NULL, &usr1);
    CHECK(sigismember(&usr1, SIGUSR1));
    CHECK_ERRNO(syscall(SYS_rt_sigsuspend, &none, 4), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 4), EINVAL);
    CHECK_ERRNO(syscall(SYS_rt_sigsuspend, 8, 8), EFAULT);

    // Siginfo is not asked for by everybody.
    raise(SIGUSR2);
    CHECK(sigwaitinfo(&set, NULL) == SIGUSR2);
    return done();
}
