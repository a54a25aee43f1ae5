// Which calls go on after a handler and which end with EINTR.
#include "../check.h"
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <linux/futex.h>
#include <time.h>

static volatile sig_atomic_t handled;
static int pipes[2], event, restarts, word;
static pthread_t mainThread;

static void handler(int signal) { handled++, (void)signal; }

// Interrupts the main thread after 30 ms, and gives it what it waits for after another 30 ms.
static void *other(void *what) {
    struct timespec pause = {0, 30000000};
    nanosleep(&pause, NULL);
    pthread_kill(mainThread, SIGUSR1);
    nanosleep(&pause, NULL);
    if (what == &pipes) write(pipes[1], "x", 1);
    if (what == &event) eventfd_write(event, 1);
    if (what == &word) {
        __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
        syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
    return NULL;
}
static pthread_t disturb(void *what) {
    pthread_t thread;
    handled = 0;
    pthread_create(&thread, NULL, other, what);
    return thread;
}
static void set(int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
}
#define INTERRUPTED(what, call)                                            \
    do {                                                                   \
        pthread_t t = disturb(what);                                       \
        CHECK_ERRNO(call, EINTR);                                          \
        pthread_join(t, NULL);                                             \
        CHECK(handled == 1);                                               \
    } while (0)
#define CONTINUED(what, expression)                                        \
    do {                                                                   \
        pthread_t t = disturb(what);                                       \
        CHECK(expression);                                                 \
        pthread_join(t, NULL);                                             \
        CHECK(handled == 1);                                               \
    } while (0)

int main(void) {
    char byte;
    uint64_t number;
    mainThread = pthread_self();
    pipe(pipes);
    event = eventfd(0, 0);
    struct timespec long_time = {5, 0}, left;
    struct pollfd entry = {pipes[0], POLLIN, 0};
    fd_set fds;

    set(0);
    INTERRUPTED(&pipes, read(pipes[0], &byte, 1));
    read(pipes[0], &byte, 1);
    set(SA_RESTART);
    CONTINUED(&pipes, read(pipes[0], &byte, 1) == 1);
    CONTINUED(&event, read(event, &number, 8) == 8);

    // Never made again, whatever the flag says.
    INTERRUPTED(NULL, poll(&entry, 1, 5000));
    INTERRUPTED(NULL, ppoll(&entry, 1, &long_time, NULL));
    FD_ZERO(&fds); FD_SET(pipes[0], &fds);
    INTERRUPTED(NULL, select(pipes[0] + 1, &fds, NULL, NULL, &(struct timeval){5, 0}));
    FD_ZERO(&fds); FD_SET(pipes[0], &fds);
    INTERRUPTED(NULL, pselect(pipes[0] + 1, &fds, NULL, NULL, &long_time, NULL));
    int set_of_files = epoll_create1(0);
    struct epoll_event got;
    epoll_ctl(set_of_files, EPOLL_CTL_ADD, pipes[0], &(struct epoll_event){.events = EPOLLIN});
    INTERRUPTED(NULL, epoll_wait(set_of_files, &got, 1, 5000));
    INTERRUPTED(NULL, pause());
    sigset_t none;
    sigemptyset(&none);
    INTERRUPTED(NULL, sigsuspend(&none));
    sigset_t usr2;
    sigemptyset(&usr2), sigaddset(&usr2, SIGUSR2);
    INTERRUPTED(NULL, sigtimedwait(&usr2, NULL, &long_time));
    INTERRUPTED(NULL, nanosleep(&long_time, &left));
    CHECK(left.tv_sec == 4 && left.tv_nsec > 0);
    pthread_t t = disturb(NULL);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL) == EINTR);
    pthread_join(t, NULL);

    // A futex: without a time limit it goes on.
    CONTINUED(&word, syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0) == 0);
    word = 0;
    INTERRUPTED(NULL, syscall(SYS_futex, &word, FUTEX_WAIT, 0, &long_time, NULL, 0));
    set(0);
    INTERRUPTED(NULL, syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0));

    // Ignored signals interrupt nothing.
    signal(SIGUSR1, SIG_IGN);
    t = disturb(&pipes);
    CHECK(read(pipes[0], &byte, 1) == 1 && handled == 0);
    pthread_join(t, NULL);
    signal(SIGUSR1, SIG_DFL);
    sigset_t usr1;
    sigemptyset(&usr1), sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    t = disturb(&pipes);
    CHECK(read(pipes[0], &byte, 1) == 1);
    pthread_join(t, NULL);
    CHECK(sigtimedwait(&usr1, NULL, &(struct timespec){0, 0}) == SIGUSR1);
    CHECK_ERRNO(syscall(SYS_restart_syscall), EINTR);
    return done();
}
