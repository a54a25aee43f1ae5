// What handlerguard.so is there to catch.
#include <signal.h>
#include <stdlib.h>

static void *volatile kept;

static void allocate(int signal) {
    (void)signal;
    kept = malloc(100);
}

int main(void) {
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
    struct sigaction action = {.sa_handler = allocate, .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    return 0;
}
