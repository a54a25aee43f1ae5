#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "CSoftSGX.h"
#include "CTestPrograms.h"

enum { STACK_BYTES = 65536 };
static char *record;
static long left;
static int by_us;
static uint8_t *own_stack;
static sigjmp_buf place;
static volatile int depth;

static void note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(record, (size_t)left, format, arguments);
    va_end(arguments);
    record += written;
    left -= written;
}

static void act(int signal, void (*handler)(int, siginfo_t *, void *), int flags, int also_masked) {
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    if (also_masked != 0) sigaddset(&action.sa_mask, also_masked);
    int error = by_us ? softsgx_program_sigaction(signal, &action, &old) : sigaction(signal, &action, &old) != 0 ? errno : 0;
    note("sigaction %d: %d, before %s\n", signal, error, old.sa_handler == SIG_DFL ? "default" : "handler");
}

static int stack(const stack_t *stack, stack_t *old) {
    if (by_us) return softsgx_program_sigaltstack(stack, old);
    return sigaltstack(stack, old) == 0 ? 0 : errno;
}

static void note_state(const char *where, int signal, siginfo_t *info, void *context) {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    note("%s %d:", where, signal);
    uint64_t believed = by_us ? softsgx_believed_mask() : 0;
    for (int i = 1; i < 32; i++) {
        if (sigismember(&blocked, i) == 1 || (believed >> (i - 1) & 1) != 0) note(" %d", i);
    }
    uint8_t *here = __builtin_frame_address(0);
    int on_own = here > own_stack && here < own_stack + STACK_BYTES;
    stack_t known;
    stack(NULL, &known);
    ucontext_t *user = context;
    note("; own stack %d, flags %d, code %d, kept stack %d, aligned %d\n", on_own, known.ss_flags, info != NULL ? info->si_code : 0,
         user != NULL ? user->uc_stack.ss_sp == known.ss_sp : 0, (int)((uintptr_t)here % 16));
}

static void simple(int signal, siginfo_t *info, void *context) { note_state("simple", signal, info, context); }

static void nesting(int signal, siginfo_t *info, void *context) {
    note_state("nesting", signal, info, context);
    if (++depth < 3) raise(signal);
    raise(SIGUSR2);
    note("back in %d\n", signal);
}

static void mending(int signal, siginfo_t *info, void *context) {
    note_state("mending", signal, info, context);
    void *frames[64];
    note("unwound %d frames\n", backtrace(frames, 64));
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
    stack_t other = {.ss_sp = own_stack, .ss_size = STACK_BYTES};
    note("changing stack: %d\n", stack(&other, NULL));
}

static void jumping(int signal, siginfo_t *info, void *context) {
    note_state("jumping", signal, info, context);
    siglongjmp(place, signal);
}

static void faulting(int signal, siginfo_t *info, void *context) {
    note_state("faulting", signal, info, context);
    __asm__ volatile("int3");
}

static void fault(void) { __asm__ volatile("ud2"); }

static void scenario(void) {
    act(SIGUSR2, simple, SA_SIGINFO, 0);
    act(SIGUSR1, nesting, SA_SIGINFO | SA_NODEFER, SIGTERM);
    raise(SIGUSR1);
    stack_t own = {.ss_sp = own_stack, .ss_size = STACK_BYTES}, old;
    note("stack: %d", stack(&own, &old));
    note(" before %d\n", old.ss_flags);
    act(SIGUSR1, simple, SA_SIGINFO | SA_ONSTACK | SA_RESETHAND, SIGINT);
    raise(SIGUSR1);
    act(SIGUSR1, nesting, SA_SIGINFO | SA_ONSTACK, 0);
    depth = 2;
    raise(SIGUSR1);
    act(SIGILL, mending, SA_SIGINFO | SA_ONSTACK, 0);
    fault();
    act(SIGILL, mending, SA_SIGINFO, SIGUSR1);
    fault();
    act(SIGILL, jumping, SA_SIGINFO | SA_ONSTACK, 0);
    for (int i = 0; i < 3; i++) {
        if (sigsetjmp(place, 1) == 0) fault();
        else note("came back\n");
    }
    act(SIGSEGV, jumping, SA_SIGINFO, 0);
    if (sigsetjmp(place, 1) == 0) *(volatile int *)8 = 1;
    stack_t small = {.ss_sp = own_stack, .ss_size = 100}, off = {.ss_flags = SS_DISABLE};
    note("small %d", stack(&small, NULL));
    note(", off %d", stack(&off, &old));
    note(", was %d\n", old.ss_flags);
    act(SIGTRAP, faulting, SA_SIGINFO, 0);
    if (fork() == 0) {
        __asm__ volatile("int3");
        _exit(0);
    }
    int status;
    wait(&status);
    note("a fault in its own handler ends it: %d\n", status);
    act(SIGSEGV, (void (*)(int, siginfo_t *, void *))(void *)SIG_DFL, 0, 0);
    act(SIGKILL, simple, SA_SIGINFO, 0);
    fflush(NULL);
    *(volatile int *)8 = 1;
}

int test_record_handlers(int ours, char *text, long bytes) {
    char *shared = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        by_us = ours;
        record = shared;
        left = bytes;
        own_stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, NULL);
        for (int i = 1; i < 32; i++) signal(i, SIG_DFL);
        sigset_t nothing;
        sigemptyset(&nothing);
        pthread_sigmask(SIG_SETMASK, &nothing, NULL);
        scenario();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    snprintf(text, (size_t)bytes, "%s; status %d", shared, status);
    munmap(shared, (size_t)bytes);
    return 0;
}
