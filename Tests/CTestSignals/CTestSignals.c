#define _GNU_SOURCE
#include "CTestSignals.h"

#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void *test_timer_start(int signal, long microseconds) {
    // Worker threads of libdispatch block every signal they can.
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, signal);
    pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal};
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return NULL;
    struct itimerspec period = {{0, microseconds * 1000}, {0, microseconds * 1000}};
    timer_settime(timer, 0, &period, NULL);
    // Shifted by one: the first timer's id is 0.
    return (void *)((intptr_t)timer + 1);
}

void test_timer_stop(void *timer) {
    if (timer != NULL) timer_delete((timer_t)((intptr_t)timer - 1));
}

int test_signal_of_child_reading(const volatile void *address) {
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        (void)*(const volatile char *)address;
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int test_dirty_state(void) {
    uint32_t mxcsr;
    struct {
        uint16_t control, r1, status, r2, tag, r3;
        uint32_t rest[4];
    } x87;
    uint64_t xmm[2];
    __asm__ volatile("movdqu %%xmm15, %0; stmxcsr %1; fnstenv %2; fldenv %2" : "=m"(xmm), "=m"(mxcsr), "=m"(x87));
    return ((mxcsr & ~0x3fu) != 0x1f80) | (x87.tag != 0xffff) << 1 | ((xmm[0] & xmm[1]) == ~(uint64_t)0) << 2;
}

int test_memory_file(long bytes) {
    int file = memfd_create("enclave", MFD_CLOEXEC);
    if (file >= 0 && ftruncate(file, bytes) != 0) return -1;
    return file;
}
