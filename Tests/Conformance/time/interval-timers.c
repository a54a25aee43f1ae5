// setitimer and alarm, of real time and of CPU time.
#include "../check.h"
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t alarms, virtual, profiling;
static siginfo_t last;
static void handler(int signal, siginfo_t *information, void *context) {
    if (signal == SIGALRM) alarms++;
    if (signal == SIGVTALRM) virtual++;
    if (signal == SIGPROF) profiling++;
    last = *information;
    (void)context;
}
static void compute(volatile sig_atomic_t *until, int count) {
    time_t limit = time(NULL) + 8;
    while (*until < count && time(NULL) < limit)
        for (volatile int i = 0; i < 100000; i++) {}
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGALRM, &action, NULL), sigaction(SIGVTALRM, &action, NULL), sigaction(SIGPROF, &action, NULL);
    struct itimerval value = {.it_value = {0, 20000}}, old;

    CHECK(setitimer(ITIMER_REAL, &value, &old) == 0 && old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
    CHECK(getitimer(ITIMER_REAL, &old) == 0 && old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 20000);
    CHECK(pause() == -1 && errno == EINTR && alarms == 1);
    CHECK(last.si_code == SI_KERNEL && last.si_pid == 0);
    CHECK(getitimer(ITIMER_REAL, &old) == 0 && old.it_value.tv_usec == 0);

    // Again and again, also while the program computes.
    value.it_interval = (struct timeval){0, 5000};
    setitimer(ITIMER_REAL, &value, NULL);
    compute(&alarms, 6);
    CHECK(alarms >= 6);
    value = (struct itimerval){0};
    CHECK(setitimer(ITIMER_REAL, &value, &old) == 0 && old.it_interval.tv_usec == 5000);
    sig_atomic_t seen = alarms;
    usleep(20000);
    CHECK(alarms == seen);

    // CPU time passes when the program computes, and only then.
    value = (struct itimerval){.it_value = {0, 20000}, .it_interval = {0, 20000}};
    CHECK(setitimer(ITIMER_VIRTUAL, &value, NULL) == 0);
    CHECK(setitimer(ITIMER_PROF, &value, NULL) == 0);
    usleep(60000);
    CHECK(virtual <= 1 && profiling <= 1);
    compute(&virtual, 3);
    compute(&profiling, 3);
    CHECK(virtual >= 3 && profiling >= 3);
    CHECK(getitimer(ITIMER_VIRTUAL, &old) == 0 && old.it_interval.tv_usec == 20000);
    value = (struct itimerval){0};
    setitimer(ITIMER_VIRTUAL, &value, NULL), setitimer(ITIMER_PROF, &value, NULL);
    CHECK(getitimer(ITIMER_PROF, &old) == 0 && old.it_value.tv_usec == 0);

    // alarm is the same timer in seconds, rounded.
    CHECK(alarm(100) == 0);
    CHECK(getitimer(ITIMER_REAL, &old) == 0 && (old.it_value.tv_sec == 99 || old.it_value.tv_sec == 100));
    CHECK(alarm(1) == 100);
    alarms = 0;
    CHECK(alarm(0) == 1);
    value = (struct itimerval){.it_value = {0, 300000}};
    setitimer(ITIMER_REAL, &value, NULL);
    CHECK(alarm(0) == 1);
    CHECK(alarm(0) == 0);

    CHECK_ERRNO(setitimer(3, &value, NULL), EINVAL);
    CHECK_ERRNO(getitimer(3, &value), EINVAL);
    value.it_value.tv_usec = 1000000;
    CHECK_ERRNO(setitimer(ITIMER_REAL, &value, NULL), EINVAL);
    value.it_value.tv_usec = -1;
    CHECK_ERRNO(setitimer(ITIMER_REAL, &value, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_getitimer, ITIMER_REAL, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_setitimer, ITIMER_REAL, 8, NULL), EFAULT);
    return done();
}
