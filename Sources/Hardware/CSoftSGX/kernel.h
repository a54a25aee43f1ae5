// System calls as they are: no errno, which is thread-local, no cancellation, nothing interposed.
#pragma once

#include <stdint.h>
#include <sys/syscall.h>

static inline long kernel_call(long number, long a, long b, long c, long d, long e) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
    return result;
}

enum { KERNEL_SIGNAL_BYTES = 8 };

// Blocks every signal; `mask` is what was blocked before.
static inline void kernel_block_signals(uint64_t *mask) {
    uint64_t all = ~(uint64_t)0;
    kernel_call(SYS_rt_sigprocmask, 2, (long)&all, (long)mask, KERNEL_SIGNAL_BYTES, 0);
}

static inline void kernel_restore_signals(const uint64_t *mask) {
    kernel_call(SYS_rt_sigprocmask, 2, (long)mask, 0, KERNEL_SIGNAL_BYTES, 0);
}
