// Signals as Linux delivers them: masks, alternate stacks, faults that are mended, restarted calls, timers.
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int failures;
#define CHECK(what, condition) do { if (!(condition)) { printf("not ok: %s (errno %d)\n", what, errno); failures++; } } while (0)

static volatile sig_atomic_t seen, on_stack;
static char alternate[65536];
static sigjmp_buf escape;

static void count(int signal) { seen += signal == SIGUSR1 ? 1 : 100; }
static void information(int signal, siginfo_t *info, void *context) {
    (void)context;
    if (signal == SIGUSR2 && info->si_pid == getpid()) seen = 7;
    char here;
    on_stack = &here >= alternate && &here < alternate + sizeof alternate;
}
static void fault(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    seen = info->si_addr == (void *)0x10 ? 11 : 12;
    siglongjmp(escape, 1);
}

static void install(int signal, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, NULL);
}

static double vector_survives(void) {
    // Values in vector registers across a signal that interrupts nothing but a call.
    double a = 1.5, b = 2.25;
    for (int i = 0; i < 1000; i++) {
        raise(SIGUSR1);
        a = a + b * 0.5;
        b = b + 0.25;
    }
    return a;
}

static double vector_expected(void) {
    double a = 1.5, b = 2.25;
    for (int i = 0; i < 1000; i++) {
        a = a + b * 0.5;
        b = b + 0.25;
    }
    return a;
}

int main(void) {
    install(SIGUSR1, count, 0);
    raise(SIGUSR1);
    CHECK("a handler runs", seen == 1);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR1);
    CHECK("a blocked signal waits", seen == 1);
    sigset_t pending;
    sigpending(&pending);
    CHECK("and is pending", sigismember(&pending, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK("and comes when unblocked", seen == 2);
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    CHECK("sigaltstack", sigaltstack(&stack, NULL) == 0);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = information;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGUSR2, &action, NULL);
    kill(getpid(), SIGUSR2);
    CHECK("siginfo tells the sender", seen == 7);
    CHECK("the alternate stack is used", on_stack);
    action.sa_sigaction = fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, NULL);
    if (!sigsetjmp(escape, 1)) *(volatile int *)0x10 = 1;
    CHECK("a fault names its address", seen == 11);
    if (!sigsetjmp(escape, 1)) __asm__ volatile("hlt");
    CHECK("a privileged instruction is SIGSEGV", seen == 12);
    seen = 0;
    install(SIGALRM, count, 0);
    struct itimerval timer = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    struct timespec long_time = {5, 0}, left;
    CHECK("a timer ends a sleep", nanosleep(&long_time, &left) == -1 && errno == EINTR && seen == 100 && left.tv_sec == 4);
    int ends[2];
    CHECK("pipe", pipe(ends) == 0);
    install(SIGALRM, count, 0);
    setitimer(ITIMER_REAL, &timer, NULL);
    char byte;
    CHECK("a read is interrupted", read(ends[0], &byte, 1) == -1 && errno == EINTR);
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    CHECK("EPIPE", write(ends[1], "x", 1) == -1 && errno == EPIPE);
    seen = 0;
    CHECK("vector registers survive", vector_survives() == vector_expected() && seen == 1000);
    struct timespec zero = {0, 0};
    sigprocmask(SIG_BLOCK, &set, NULL);
    CHECK("nothing to wait for", sigtimedwait(&set, NULL, &zero) == -1 && errno == EAGAIN);
    raise(SIGUSR1);
    CHECK("a waited-for signal", sigtimedwait(&set, NULL, &zero) == SIGUSR1);
    printf(failures ? "signals: %d failures\n" : "signals: ok\n", failures);
    return failures != 0;
}
