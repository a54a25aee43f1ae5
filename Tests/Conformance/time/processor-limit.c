// RLIMIT_CPU: SIGXCPU every second from the soft limit on, the end at the hard one.
#include "../check.h"
#include <signal.h>
#include <sys/resource.h>

static volatile sig_atomic_t handled;
static void handler(int signal) { handled++, (void)signal; }

int main(void) {
    signal(SIGXCPU, handler);
    struct rlimit limit = {1, 2};
    CHECK(setrlimit(RLIMIT_CPU, &limit) == 0);
    while (handled == 0) {}
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double used = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    CHECK(handled == 1 && used > 0.9 && used < 1.9);
    done();
    for (;;) {}
}
