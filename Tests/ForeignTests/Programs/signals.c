// The program's own signal handlers beside the enclave's faults: every disposition, stacks, masks, and jumps out of a handler.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "foreign.h"

static struct enclave enclave;
static sigjmp_buf back;
static uint8_t *stack;
static const size_t stack_size = 65536;
static volatile uint32_t released;
static struct {
    volatile int calls, signal, code, on_stack, inside;
    void *volatile address;
    sigset_t mask;
} seen;
static _Thread_local uint64_t own = 0x5eed;

static bool on_alternate(void) {
    uint8_t here, *at = &here;
    return at >= stack && at < stack + stack_size;
}

static void note(int signal, siginfo_t *info, void *context) {
    uint64_t at = (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    seen.calls++;
    seen.signal = signal;
    seen.code = info->si_code;
    seen.address = info->si_addr;
    seen.on_stack = on_alternate();
    seen.inside = (at >= enclave.base && at < enclave.base + enclave.size) || own != 0x5eed;
    sigprocmask(SIG_SETMASK, NULL, &seen.mask);
    errno = 1234;
}

static void leave(int signal, siginfo_t *info, void *context) {
    note(signal, info, context);
    siglongjmp(back, 1);
}

static void release(int signal, siginfo_t *info, void *context) {
    note(signal, info, context);
    released = 1;
}

static void step_over(int signal, siginfo_t *info, void *context) {
    note(signal, info, context);
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void forget(void) { memset(&seen, 0, sizeof seen); }

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    sigaddset(&action.sa_mask, SIGUSR2);
    require(sigaction(signal, &action, NULL) == 0, "a handler for signal %d", signal);
    forget();
}

static uint64_t works(void) {
    struct operation op = {.kind = MIX, .a = 3, .b = 3};
    return enclave_ask(&enclave, 0, &op) == mix(3, 3);
}

static void own_faults(void) {
    uint8_t *page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    handle(SIGSEGV, leave, SA_ONSTACK);
    if (sigsetjmp(back, 1) == 0) *(volatile uint8_t *)page = 1;
    check(seen.calls == 1 && seen.signal == SIGSEGV && seen.address == page && seen.code == SEGV_ACCERR,
          "the program's own fault reaches its handler: %d calls, address %p, code %d", seen.calls, seen.address, seen.code);
    check(seen.on_stack, "on its own alternate stack");
    // The signals of faults stay open in the software SGX: ENCLU is one there.
    check(sigismember(&seen.mask, SIGUSR2) == 1 && sigismember(&seen.mask, SIGUSR1) == 0, "with the mask it asked for");
    check(works(), "after the jump out of it the enclave works");
    handle(SIGSEGV, leave, 0);
    if (sigsetjmp(back, 1) == 0) *(volatile uint8_t *)page = 1;
    check(seen.calls == 1 && !seen.on_stack, "without SA_ONSTACK on the ordinary stack");
    handle(SIGILL, step_over, SA_ONSTACK);
    errno = 0;
    __asm__ volatile("ud2");
    check(seen.calls == 1 && seen.signal == SIGILL && seen.code > 0, "its own UD2 reaches its SIGILL handler, which steps over it");
    handle(SIGFPE, leave, 0);
    if (sigsetjmp(back, 1) == 0) __asm__ volatile("div %b0" : : "c"(0), "a"(1) : "cc");
    check(seen.calls == 1 && seen.code == FPE_INTDIV, "its own division by zero is SIGFPE");
    munmap(page, PAGE);
}

static void faults_inside(void) {
    handle(SIGSEGV, leave, SA_ONSTACK);
    handle(SIGILL, leave, SA_ONSTACK);
    struct sgx_enclave_run run = {0};
    struct operation op = {.kind = UNDEFINED}, skip = {.kind = SKIP, .b = 2}, read = {.kind = LOAD, .a = 0x10};
    uint64_t tcs = enclave_tcs(&enclave, 0);
    enclave_enter(&run, tcs, EENTER, &op);
    check(run.exception_vector == 6 && seen.calls == 0, "a fault inside goes to the vDSO's caller and not to the program's handler");
    enclave_enter(&run, tcs, EENTER, &skip);
    enclave_enter(&run, tcs, ERESUME, &op);
    equal(op.result, 0x600d, "and is resumed");
    memset(&run, 0, sizeof run);
    enclave_enter(&run, tcs, EENTER, &read);
    check(run.exception_vector == 14 && run.exception_addr == 0 && seen.calls == 0,
          "a read inside of an address without memory is #PF, its address cut to the page: vector %u, address %#llx",
          run.exception_vector, (unsigned long long)run.exception_addr);
    struct operation over = {.kind = SKIP, .b = 3};
    enclave_enter(&run, tcs, EENTER, &over);
    enclave_enter(&run, tcs, ERESUME, &read);
}

static uint64_t inner_result;
static unsigned inner_vector;

// A processor needs no signal to enter an enclave, nor for a fault inside: both work while signals are blocked.
static void enter_and_leave(int signal, siginfo_t *info, void *context) {
    note(signal, info, context);
    struct sgx_enclave_run run = {0};
    struct operation op = {.kind = MIX, .a = 6, .b = 6}, fault = {.kind = LOAD, .a = 0x20}, over = {.kind = SKIP, .b = 3};
    uint64_t tcs = enclave_tcs(&enclave, 0);
    inner_result = enclave_ask(&enclave, 0, &op);
    enclave_enter(&run, tcs, EENTER, &fault);
    inner_vector = run.exception_vector;
    enclave_enter(&run, tcs, EENTER, &over);
    enclave_enter(&run, tcs, ERESUME, &fault);
    siglongjmp(back, 1);
}

static void cause(int signal) {
    if (signal == SIGSEGV) __asm__ volatile("movb $1, (%0)" : : "r"(8L) : "memory");
    else if (signal == SIGILL) __asm__ volatile("ud2");
    else raise(signal);
}

static void enter_in_handler(int signal, int flags) {
    inner_result = inner_vector = 0;
    handle(signal, enter_and_leave, flags);
    if (sigsetjmp(back, 1) == 0) cause(signal);
    check(seen.calls == 1 && inner_result == mix(6, 6) && inner_vector == 14,
          "a handler of signal %d enters the enclave, where a fault is told to it: %d calls, vector %u", signal, seen.calls, inner_vector);
}

static void enter_in_handlers(void) {
    enter_in_handler(SIGUSR1, 0);
    enter_in_handler(SIGSEGV, SA_ONSTACK);
    enter_in_handler(SIGILL, 0);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    check(works(), "the enclave works while every signal is blocked");
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void alarm_in(long microseconds) {
    struct itimerval once = {.it_value = {0, microseconds}};
    setitimer(ITIMER_REAL, &once, NULL);
}

static void interruptions(void) {
    handle(SIGALRM, release, 0);
    released = 0;
    errno = 77;
    struct operation op = {.kind = WAIT, .a = (uint64_t)&released, .b = 11, .c = 5000};
    alarm_in(20000);
    equal(enclave_ask(&enclave, 0, &op), mix(11, 5000), "an alarm interrupts the enclave, its handler returns, the enclave goes on");
    check(seen.calls == 1 && !seen.inside, "the handler saw the state outside: %d calls", seen.calls);
    check(!seen.on_stack, "on the stack of the thread, without SA_ONSTACK");
    handle(SIGALRM, release, SA_ONSTACK);
    released = 0;
    alarm_in(20000);
    equal(enclave_ask(&enclave, 0, &op), mix(11, 5000), "the same with SA_ONSTACK");
    check(seen.calls == 1 && seen.on_stack, "on the program's alternate stack");
}

static void jump_out(void) {
    handle(SIGALRM, leave, 0);
    released = 0;
    struct operation op = {.kind = WAIT, .a = (uint64_t)&released, .b = 12, .c = 5000};
    struct sgx_enclave_run run = {0};
    uint64_t tcs = enclave_tcs(&enclave, 0);
    if (sigsetjmp(back, 1) == 0) {
        alarm_in(20000);
        enclave_enter(&run, tcs, EENTER, &op);
        check(false, "the alarm's handler jumps out");
    }
    check(seen.calls == 1 && !seen.inside, "a handler jumps out of the middle of the enclave: %d calls", seen.calls);
    struct operation look = {.kind = MIX, .a = 1, .b = 1};
    equal((uint64_t)enclave_enter(&run, tcs, EENTER, &look), 0, "the thread enters again");
    equal(look.cssa, 1, "and finds the frame of the interruption below");
    released = 1;
    memset(&run, 0, sizeof run);
    equal((uint64_t)enclave_enter(&run, tcs, ERESUME, &op), 0, "ERESUME goes on where the alarm came");
    check(run.function == EEXIT && op.result == mix(12, 5000), "to the right result: leaf %u, vector %u", run.function, run.exception_vector);
}

static void dispositions(void) {
    struct sigaction old;
    handle(SIGSEGV, leave, SA_ONSTACK | SA_RESTART);
    require(sigaction(SIGSEGV, NULL, &old) == 0, "sigaction tells the disposition");
    check(old.sa_sigaction == leave && (old.sa_flags & (SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_RESETHAND | SA_NODEFER)) == (SA_SIGINFO | SA_ONSTACK | SA_RESTART)
              && sigismember(&old.sa_mask, SIGUSR2) == 1, "which is the program's own: flags %#x", old.sa_flags);
    handle(SIGILL, step_over, SA_RESETHAND | SA_NODEFER);
    __asm__ volatile("ud2");
    sigaction(SIGILL, NULL, &old);
    check(seen.calls == 1 && old.sa_handler == SIG_DFL, "SA_RESETHAND resets");
    check(works(), "and the enclave works without a handler of the program's");
    check(signal(SIGSEGV, SIG_IGN) != SIG_ERR, "signal() sets");
    check(signal(SIGSEGV, SIG_DFL) == SIG_IGN, "and tells the one before");
    stack_t told;
    require(sigaltstack(NULL, &told) == 0, "sigaltstack tells");
    check(told.ss_sp == stack && told.ss_size == stack_size && told.ss_flags == 0, "the program's own stack: %p, flags %d", told.ss_sp, told.ss_flags);
    sigset_t mask, blocked;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    works();
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    check(memcmp(&mask, &blocked, 8) == 0, "the signal mask is what it was");
}

static void *thread(void *argument) {
    (void)argument;
    struct operation op = {.kind = MIX, .a = 8, .b = 8};
    stack_t told;
    check(enclave_ask(&enclave, 1, &op) == mix(8, 8), "a thread that came later enters without ado");
    sigaltstack(NULL, &told);
    check(told.ss_flags == SS_DISABLE, "and still has no alternate stack of its own: flags %d", told.ss_flags);
    return NULL;
}

int main(void) {
    stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t alternate = {.ss_sp = stack, .ss_size = stack_size};
    require(sigaltstack(&alternate, NULL) == 0, "an alternate stack");
    struct recipe recipe = {.threads = 2};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave is made: %s", strerror(failure));
    check(works(), "the enclave works");
    own_faults();
    faults_inside();
    interruptions();
    jump_out();
    enter_in_handlers();
    dispositions();
    pthread_t other;
    pthread_create(&other, NULL, thread, NULL);
    pthread_join(other, NULL);
    enclave_end(&enclave);
    return checked();
}
