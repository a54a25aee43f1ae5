// What instructions cause: the signal, its code, the address, and what the context says of it.
#include "../check.h"
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf place;
static siginfo_t last;
static uint64_t trap, error, cr2, rip;

static void handler(int signal, siginfo_t *information, void *context) {
    ucontext_t *c = context;
    last = *information;
    trap = c->uc_mcontext.gregs[REG_TRAPNO], error = c->uc_mcontext.gregs[REG_ERR], cr2 = c->uc_mcontext.gregs[REG_CR2];
    rip = c->uc_mcontext.gregs[REG_RIP];
    siglongjmp(place, signal);
}
#define CATCH(...)                         \
    ({                                    \
        int caught = sigsetjmp(place, 1); \
        if (caught == 0) { __VA_ARGS__; } \
        caught;                           \
    })

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGUSR1};
    for (int i = 0; i < 6; i++) sigaction(signals[i], &action, NULL);

    volatile int *nowhere = (int *)0x10;
    CHECK(CATCH(*nowhere = 1) == SIGSEGV);
    CHECK(last.si_code == SEGV_MAPERR && last.si_addr == (void *)0x10);
    CHECK(trap == 14 && error == 6 && cr2 == 0x10);
    CHECK(CATCH((void)*nowhere) == SIGSEGV && error == 4);
    CHECK(CATCH(((void (*)(void))0x20)()) == SIGSEGV && last.si_addr == (void *)0x20 && rip == 0x20);

    // Not canonical: a general protection fault without an address.
    CHECK(CATCH(*(volatile int *)0x8000000000000000 = 1) == SIGSEGV);
    CHECK(last.si_code == SI_KERNEL && last.si_addr == NULL && trap == 13 && error == 0);

    volatile int zero = 0;
    CHECK(CATCH(asm volatile("cltd; idivl %0" ::"m"(zero), "a"(7) : "edx")) == SIGFPE);
    CHECK(last.si_code == FPE_INTDIV && last.si_addr == (void *)rip && trap == 0);
    CHECK(CATCH(asm volatile("ud2")) == SIGILL);
    CHECK(last.si_code == ILL_ILLOPN && last.si_addr == (void *)rip && trap == 6);
    CHECK(CATCH(asm volatile("hlt")) == SIGSEGV && last.si_code == SI_KERNEL && trap == 13);
    CHECK(CATCH(asm volatile("int3")) == SIGTRAP && last.si_code == SI_KERNEL && last.si_addr == NULL && trap == 3);

    // Floating-point exceptions that were unmasked, of both kinds.
    uint32_t unmasked = 0x1f80 & ~0x200, masked = 0x1f80;
    CHECK(CATCH({
              double one = 1, none = 0;
              asm volatile("ldmxcsr %2; divsd %1, %0" : "+x"(one) : "x"(none), "m"(unmasked));
          }) == SIGFPE);
    CHECK(last.si_code == FPE_FLTDIV && trap == 19);
    unmasked = 0x1f80 & ~0x80;
    CHECK(CATCH({
              double none = 0, other = 0;
              asm volatile("ldmxcsr %2; divsd %1, %0" : "+x"(none) : "x"(other), "m"(unmasked));
          }) == SIGFPE && last.si_code == FPE_FLTINV);
    asm volatile("ldmxcsr %0" ::"m"(masked));
    uint16_t control = 0x37f & ~4, normal = 0x37f;
    CHECK(CATCH(asm volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait" ::"m"(control))) == SIGFPE);
    CHECK(last.si_code == FPE_FLTDIV && trap == 16);
    asm volatile("fninit; fldcw %0" ::"m"(normal));

    // What one sends oneself keeps the number of the last exception in its context.
    CHECK(CATCH(raise(SIGUSR1)) == SIGUSR1 && last.si_code == SI_TKILL && trap == 16);
    CHECK(CATCH(raise(SIGSEGV)) == SIGSEGV && last.si_code == SI_TKILL && last.si_pid == getpid());

    // A fault of the kernel on a program's behalf is an error, not a signal.
    CHECK_ERRNO(write(1, (void *)0x10, 4), EFAULT);
    return done();
}
