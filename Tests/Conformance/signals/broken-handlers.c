// A frame that cannot be written or taken back is a SIGSEGV of its own, which may be handled elsewhere.
#include "../check.h"
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

static sigjmp_buf place;
static siginfo_t last;
static char stack[65536];
static void segmentation(int signal, siginfo_t *information, void *context) {
    last = *information;
    siglongjmp(place, signal);
    (void)context;
}
static void plain(int signal) { (void)signal; }
static void spoil(int signal, siginfo_t *information, void *context) {
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] = 0x8000000000000000;
    (void)signal, (void)information;
}
static void no_state(int signal, siginfo_t *information, void *context) {
    ((ucontext_t *)context)->uc_mcontext.fpregs = NULL;
    (void)signal, (void)information;
}

int main(void) {
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_sigaction = segmentation, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &action, NULL);
    action = (struct sigaction){.sa_handler = plain};
    sigaction(SIGUSR1, &action, NULL);

    // No stack for the handler of SIGUSR1.
    int caught = sigsetjmp(place, 1);
    if (caught == 0)
        asm volatile("mov %0, %%rdi; mov $10, %%esi; mov $62, %%eax; mov $0x1000, %%rsp; syscall" ::"r"((long)getpid())
                     : "rax", "rdi", "rsi", "rcx", "r11", "memory");
    CHECK(caught == SIGSEGV && last.si_code == SI_KERNEL);

    // rt_sigreturn without a frame.
    caught = sigsetjmp(place, 1);
    if (caught == 0) asm volatile("mov $0x1000, %%rsp; mov $15, %%eax; syscall" ::: "rax", "rcx", "r11", "memory");
    CHECK(caught == SIGSEGV && last.si_code == SI_KERNEL);

    // A handler that sends the program to an address there is none.
    action = (struct sigaction){.sa_sigaction = spoil, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    caught = sigsetjmp(place, 1);
    if (caught == 0) raise(SIGUSR1);
    CHECK(caught == SIGSEGV);

    // A handler that takes the floating-point state away.
    action.sa_sigaction = no_state;
    sigaction(SIGUSR1, &action, NULL);
    uint32_t mxcsr = 0x1fa0, after = 0;
    asm volatile("ldmxcsr %0" ::"m"(mxcsr));
    raise(SIGUSR1);
    asm volatile("stmxcsr %0" : "=m"(after));
    CHECK(after == 0x1f80);

    // Flags that no kernel knows are not kept, so that a program can tell.
    struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } kernel = {(void *)plain, 0x04000000 | 0x400 | 0x10000000}, old;
    CHECK(syscall(SYS_rt_sigaction, SIGUSR2, &kernel, NULL, 8) == 0);
    CHECK(syscall(SYS_rt_sigaction, SIGUSR2, NULL, &old, 8) == 0);
    PRINT("%lx", old.flags);
    return done();
}
