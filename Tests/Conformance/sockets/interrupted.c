// A signal ends waiting for a socket with EINTR, or the wait goes on when the handler was set with SA_RESTART.
#include "loopback.h"
#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t signals;
static int other;

static void handle(int signal) {
    (void)signal;
    if (++signals == 2) (void)!write(other, "late", 4);
}

static void alarm_in(int milliseconds) {
    struct itimerval timer = {.it_value = {0, milliseconds * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void) {
    int ends[2];
    CHECK(connection(AF_INET, ends) == 0);
    other = ends[1];
    struct sigaction action = {.sa_handler = handle};
    sigaction(SIGALRM, &action, NULL);
    char bytes[8];
    alarm_in(30);
    CHECK_ERRNO(read(ends[0], bytes, sizeof bytes), EINTR);
    CHECK(signals == 1);
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    alarm_in(30);
    CHECK(read(ends[0], bytes, sizeof bytes) == 4 && memcmp(bytes, "late", 4) == 0);
    CHECK(signals == 2);
    alarm_in(30);
    struct pollfd request = {ends[0], POLLIN, 0};
    CHECK_ERRNO(poll(&request, 1, 2000), EINTR);
    return done();
}
