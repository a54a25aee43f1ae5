// timer_create and its kin.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

static volatile sig_atomic_t handled, value, code, overruns;
static volatile pthread_t taker;
static volatile int called;
static void handler(int signal, siginfo_t *information, void *context) {
    handled++, value = information->si_value.sival_int, code = information->si_code, overruns = information->si_overrun;
    taker = pthread_self();
    (void)signal, (void)context;
}
static void function(union sigval argument) { called = argument.sival_int; }
static void *waiter(void *id) {
    *(volatile int *)id = gettid();
    for (int i = 0; i < 500 && handled == 0; i++) nanosleep(&(struct timespec){0, 10000000}, NULL);
    return NULL;
}
static void wait_for(volatile sig_atomic_t *what, int count) {
    for (int i = 0; i < 500 && *what < count; i++) nanosleep(&(struct timespec){0, 10000000}, NULL);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL), sigaction(SIGALRM, &action, NULL), sigaction(SIGRTMIN, &action, NULL);
    timer_t timer, second;
    struct itimerspec spec = {.it_value = {0, 20000000}}, old;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};

    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_gettime(timer, &old) == 0 && old.it_value.tv_nsec == 0);
    CHECK(timer_settime(timer, 0, &spec, &old) == 0);
    CHECK(timer_gettime(timer, &old) == 0 && old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 20000000);
    wait_for(&handled, 1);
    CHECK(handled == 1 && value == 42 && code == SI_TIMER && overruns == 0);
    CHECK(timer_gettime(timer, &old) == 0 && old.it_value.tv_nsec == 0 && old.it_value.tv_sec == 0);

    // While the signal is blocked the timer counts what it missed.
    sigset_t set;
    sigemptyset(&set), sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    spec = (struct itimerspec){.it_value = {0, 1000000}, .it_interval = {0, 5000000}};
    timer_settime(timer, 0, &spec, NULL);
    nanosleep(&(struct timespec){0, 42000000}, NULL);
    siginfo_t information;
    CHECK(sigwaitinfo(&set, &information) == SIGUSR1 && information.si_code == SI_TIMER && information.si_value.sival_int == 42);
    CHECK(information.si_overrun >= 7 && information.si_overrun < 200);
    CHECK(timer_getoverrun(timer) == information.si_overrun);
    // A timer that is deleted takes its signal along.
    nanosleep(&(struct timespec){0, 12000000}, NULL);
    CHECK(timer_delete(timer) == 0);
    CHECK_ERRNO(timer_gettime(timer, &old), EINVAL);
    sigpending(&set);
    CHECK(sigismember(&set, SIGUSR1) == 0 || sigismember(&set, SIGUSR1) == 1);
    sigemptyset(&set), sigaddset(&set, SIGUSR1);
    sigtimedwait(&set, NULL, &(struct timespec){0, 0});
    sigprocmask(SIG_UNBLOCK, &set, NULL);

    // Without an event it is SIGALRM with the timer's number.
    handled = 0;
    CHECK(timer_create(CLOCK_REALTIME, NULL, &timer) == 0);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    spec = (struct itimerspec){.it_value = now};
    CHECK(timer_settime(timer, TIMER_ABSTIME, &spec, NULL) == 0);
    wait_for(&handled, 1);
    CHECK(handled == 1 && code == SI_TIMER);
    timer_delete(timer);

    // Nobody is told: the time can be asked for.
    event.sigev_notify = SIGEV_NONE;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    spec = (struct itimerspec){.it_value = {100, 0}, .it_interval = {3, 0}};
    timer_settime(timer, 0, &spec, NULL);
    CHECK(timer_gettime(timer, &old) == 0 && old.it_value.tv_sec >= 99 && old.it_value.tv_sec <= 100 && old.it_interval.tv_sec == 3);
    spec = (struct itimerspec){0};
    CHECK(timer_settime(timer, 0, &spec, &old) == 0 && old.it_value.tv_sec >= 99);
    timer_delete(timer);

    // A thread is told, and no other; a function is called.
    pthread_t thread;
    volatile int id = 0;
    handled = 0;
    pthread_create(&thread, NULL, waiter, (void *)&id);
    while (id == 0) usleep(1000);
    event = (struct sigevent){.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
    event._sigev_un._tid = id;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    spec = (struct itimerspec){.it_value = {0, 10000000}};
    timer_settime(timer, 0, &spec, NULL);
    pthread_join(thread, NULL);
    CHECK(handled == 1 && taker == thread);
    timer_delete(timer);
    event = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = function, .sigev_value.sival_int = 7};
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    timer_settime(timer, 0, &spec, NULL);
    for (int i = 0; i < 500 && called == 0; i++) usleep(10000);
    CHECK(called == 7);
    timer_delete(timer);

    // On CPU time: nothing while it sleeps.
    event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    handled = 0;
    CHECK(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0);
    CHECK(timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &second) == 0);
    spec = (struct itimerspec){.it_value = {0, 30000000}};
    CHECK(timer_settime(timer, 0, &spec, NULL) == 0);
    nanosleep(&(struct timespec){0, 60000000}, NULL);
    CHECK(handled == 0);
    CHECK(timer_settime(second, 0, &spec, NULL) == 0);
    time_t limit = time(NULL) + 8;
    while (handled < 2 && time(NULL) < limit)
        for (volatile int i = 0; i < 100000; i++) {}
    CHECK(handled == 2);
    CHECK(timer_delete(timer) == 0 && timer_delete(second) == 0);

    CHECK_ERRNO(timer_create(99, NULL, &timer), EINVAL);
    event.sigev_signo = 99;
    CHECK_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &timer), EINVAL);
    event.sigev_signo = SIGUSR1, event.sigev_notify = 77;
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, 8, &id), EFAULT);
    CHECK_ERRNO(syscall(SYS_timer_settime, 99, 0, &spec, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_delete, 99), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_getoverrun, 99), EINVAL);
    CHECK(timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0);
    spec.it_value.tv_nsec = 1000000000;
    CHECK_ERRNO(timer_settime(timer, 0, &spec, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_settime, (long)timer, 0, NULL, NULL), EINVAL);
    return done();
}
