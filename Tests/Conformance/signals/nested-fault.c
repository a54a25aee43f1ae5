// A fault in a handler of the same fault ends the program.
#include "../check.h"
#include <signal.h>

static void handler(int signal) { *(volatile int *)8 = signal; }

int main(void) {
    signal(SIGSEGV, handler);
    CHECK(1);
    done();
    *(volatile int *)8 = 1;
    return 3;
}
