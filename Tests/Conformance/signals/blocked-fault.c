// A fault whose signal is blocked ends the program although it has a handler.
#include "../check.h"
#include <signal.h>

static void handler(int signal) { _exit(signal); }

int main(void) {
    signal(SIGSEGV, handler);
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    CHECK(raise(SIGSEGV) == 0);
    done();
    *(volatile int *)8 = 1;
    return 3;
}
