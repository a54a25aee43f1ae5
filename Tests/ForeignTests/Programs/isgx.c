// The flow from before Linux had a driver: /dev/isgx, a launch token, ENCLU in the program's own code, faults as signals at its own AEP.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>

#include "foreign.h"

int call_enclu(uint64_t tcs, unsigned leaf, struct operation *);
extern const uint8_t enclu_aep[];

static struct enclave enclave;
static volatile uint32_t released;
static struct {
    volatile int calls, signal;
    volatile uint64_t at, rax, rbx, rcx, cssa, exit_information;
} seen;

static uint64_t tcs(void) { return enclave_tcs(&enclave, 0); }

static void look(int signal, ucontext_t *context) {
    seen.calls++;
    seen.signal = signal;
    seen.at = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    seen.rax = (uint64_t)context->uc_mcontext.gregs[REG_RAX];
    seen.rbx = (uint64_t)context->uc_mcontext.gregs[REG_RBX];
    seen.rcx = (uint64_t)context->uc_mcontext.gregs[REG_RCX];
}

// The enclave's handler is entered out of the signal handler; ERESUME is what AEP does when this one returns.
static void mend(int signal, siginfo_t *info, void *context) {
    (void)info;
    look(signal, context);
    if (seen.calls > 3) abort();
    struct operation skip = {.kind = SKIP, .b = signal == SIGSEGV ? 3 : 2};
    call_enclu(tcs(), EENTER, &skip);
    seen.cssa = skip.cssa;
    seen.exit_information = skip.result;
}

static void release(int signal, siginfo_t *info, void *context) {
    (void)info;
    look(signal, context);
    released = 1;
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *)) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(signal, &action, NULL);
}

static void at_aep(const char *what) {
    check(seen.at == (uint64_t)enclu_aep && seen.rax == 3 && seen.rbx == tcs() && seen.rcx == (uint64_t)enclu_aep,
          "%s finds the processor at AEP: RIP %#lx, RAX %lu, RBX %#lx, RCX %#lx", what, seen.at, seen.rax, seen.rbx, seen.rcx);
}

static void fault(uint64_t kind, int signal, uint64_t information, uint64_t result, const char *what) {
    memset((void *)&seen, 0, sizeof seen);
    struct operation op = {.kind = kind, .a = kind == LOAD ? 0x10 : 0};
    call_enclu(tcs(), EENTER, &op);
    check(seen.calls == 1 && seen.signal == signal, "%s inside is signal %d to the program: %d calls, signal %d", what, signal, seen.calls, seen.signal);
    at_aep(what);
    equal(seen.cssa, 1, "the enclave's handler is entered with CSSA 1");
    equal(seen.exit_information, information, "and knows what happened");
    if (result) equal(op.result, result, "afterwards the enclave goes on behind it");
}

static void interruption(void) {
    handle(SIGALRM, release);
    memset((void *)&seen, 0, sizeof seen);
    struct itimerval once = {.it_value = {0, 20000}};
    struct operation op = {.kind = WAIT, .a = (uint64_t)&released, .b = 5, .c = 5000};
    setitimer(ITIMER_REAL, &once, NULL);
    call_enclu(tcs(), EENTER, &op);
    equal(op.result, mix(5, 5000), "an alarm interrupts the enclave, which goes on");
    check(seen.calls == 1, "its handler ran");
    at_aep("an alarm");
}

int main(void) {
    struct recipe recipe = {.old = true};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave by /dev/isgx: %s", strerror(failure));
    struct operation op = {.kind = MIX, .a = 9, .b = 99};
    equal((uint64_t)call_enclu(tcs(), EENTER, &op), EEXIT, "the program's own ENCLU enters and is left by EEXIT");
    equal(op.result, mix(9, 99), "with the right result");
    handle(SIGILL, mend);
    handle(SIGFPE, mend);
    handle(SIGSEGV, mend);
    fault(UNDEFINED, SIGILL, 0x80000306, 0x600d, "UD2");
    fault(DIVIDE, SIGFPE, 0x80000300, 0x600d, "a division by zero");
    // Without EXINFO the enclave is not told of page faults.
    fault(LOAD, SIGSEGV, 0, 0, "a load of nothing");
    interruption();
    enclave_end(&enclave);
    return checked();
}
