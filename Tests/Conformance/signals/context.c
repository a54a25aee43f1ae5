// A handler changes the registers of what it interrupted; all that are not changed are as they were.
#include "../check.h"
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

static volatile int seen;
static uint64_t flagsSeen;
static uint32_t mxcsrInside, wordInside;

static void edit(int signal, siginfo_t *information, void *context) {
    ucontext_t *c = context;
    seen++;
    c->uc_mcontext.gregs[REG_RBX] = 0x1111222233334444;
    c->uc_mcontext.gregs[REG_R12] += 5;
    uint64_t *xmm = (uint64_t *)c->uc_mcontext.fpregs->_xmm;
    xmm[7 * 2] = 0xabcdef, xmm[7 * 2 + 1] = 0x12345;
    (void)signal, (void)information;
}
static void skip(int signal, siginfo_t *information, void *context) {
    ucontext_t *c = context;
    seen++;
    // ud2 is two bytes long.
    c->uc_mcontext.gregs[REG_RIP] += 2;
    c->uc_mcontext.gregs[REG_RAX] = 42;
    (void)signal, (void)information;
}
static void clobber(int signal) {
    uint64_t junk[4] = {~0ULL, ~0ULL, ~0ULL, ~0ULL};
    uint32_t control = 0x9fc0;
    asm volatile("stmxcsr %0" : "=m"(mxcsrInside));
    asm volatile("fnstcw %0" : "=m"(*(uint16_t *)&wordInside));
    asm volatile("movdqu %0, %%xmm0; movdqu %0, %%xmm1; movdqu %0, %%xmm15; ldmxcsr %1" ::"m"(junk), "m"(control)
                 : "xmm0", "xmm1", "xmm15");
    asm volatile("std; cld; mov $-1, %%r8; mov $-1, %%r9; mov $-1, %%r10; mov $-1, %%r11" ::: "r8", "r9", "r10", "r11");
    seen++, (void)signal;
}
static void flags(int signal, siginfo_t *information, void *context) {
    ucontext_t *c = context;
    uint64_t here;
    asm volatile("pushfq; pop %0" : "=r"(here));
    flagsSeen = here;
    seen++;
    c->uc_mcontext.gregs[REG_RIP] += 2;
    CHECK((c->uc_mcontext.gregs[REG_EFL] & 0x400) == 0x400);
    CHECK((c->uc_mcontext.gregs[REG_CSGSFS] & 0xffff) == 0x33);
    CHECK((c->uc_flags & 7) == 7);
    (void)signal, (void)information;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = edit, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    uint64_t rbx = 0, r12 = 10, low = 0, high = 0;
    register long pid asm("r13") = getpid();
    asm volatile(
        "mov %[pid], %%rdi; mov $10, %%esi; mov $62, %%eax; mov $10, %%r12d; syscall;"
        "mov %%rbx, %[rbx]; mov %%r12, %[r12]; movq %%xmm7, %[low]; movhlps %%xmm7, %%xmm7; movq %%xmm7, %[high]"
        : [rbx] "=m"(rbx), [r12] "=m"(r12), [low] "=m"(low), [high] "=m"(high)
        : [pid] "r"(pid)
        : "rax", "rbx", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11", "r12", "xmm7", "memory");
    CHECK(seen == 1 && rbx == 0x1111222233334444 && r12 == 15);
    CHECK(low == 0xabcdef && high == 0x12345);

    action.sa_sigaction = skip;
    sigaction(SIGILL, &action, NULL);
    long result = 1;
    asm volatile("ud2" : "+a"(result));
    CHECK(seen == 2 && result == 42);

    // Every register a handler uses comes back.
    action = (struct sigaction){.sa_handler = clobber};
    sigaction(SIGUSR1, &action, NULL);
    uint64_t in[8] = {1, 2, 3, 4, 5, 6, 7, 8}, out[8] = {0};
    uint32_t mxcsr = 0x3fa0, mxcsrAfter = 0;
    uint16_t word = 0x0f7f, wordAfter = 0;
    asm volatile(
        "ldmxcsr %[mxcsr]; fldcw %[word]; movdqu (%[in]), %%xmm0; movdqu 16(%[in]), %%xmm1; movdqu 32(%[in]), %%xmm15;"
        "mov 48(%[in]), %%r8; mov 56(%[in]), %%r9;"
        "mov %[pid], %%rdi; mov $10, %%esi; mov $62, %%eax; syscall;"
        "movdqu %%xmm0, (%[out]); movdqu %%xmm1, 16(%[out]); movdqu %%xmm15, 32(%[out]);"
        "mov %%r8, 48(%[out]); mov %%r9, 56(%[out]); stmxcsr %[after]; fnstcw %[wordAfter]"
        : [after] "=m"(mxcsrAfter), [wordAfter] "=m"(wordAfter)
        : [mxcsr] "m"(mxcsr), [word] "m"(word), [in] "r"(in), [out] "r"(out), [pid] "r"(pid)
        : "rax", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm15", "memory");
    CHECK(seen == 3 && memcmp(in, out, sizeof in) == 0);
    CHECK(mxcsrAfter == mxcsr && wordAfter == word);
    // A handler begins with the floating-point state of a new program.
    CHECK(mxcsrInside == 0x1f80 && (wordInside & 0xffff) == 0x37f);
    mxcsr = 0x1f80, word = 0x37f;
    asm volatile("ldmxcsr %0; fldcw %1" ::"m"(mxcsr), "m"(word));

    // The direction flag is clear in a handler and set again behind it.
    action = (struct sigaction){.sa_sigaction = flags, .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &action, NULL);
    uint64_t after;
    asm volatile("std; ud2; pushfq; pop %0; cld" : "=r"(after)::"memory", "cc");
    CHECK(seen == 4 && (flagsSeen & 0x400) == 0 && (after & 0x400) != 0);

    // The red zone below the stack pointer is not touched.
    action = (struct sigaction){.sa_sigaction = skip, .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &action, NULL);
    uint64_t zone = 0;
    asm volatile(
        "movq $0x77, -8(%%rsp); movq $0x88, -128(%%rsp); ud2; movq -8(%%rsp), %%rcx; addq -128(%%rsp), %%rcx; mov %%rcx, %0"
        : "=r"(zone)::"rax", "rcx", "memory");
    CHECK(zone == 0xff);
    return done();
}
