// Every register a system call must keep, kept: general, SSE and AVX, while other threads make the kernel switch.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_int stop;
static atomic_long bad;

static void *noise(void *argument) {
    struct timespec short_time = {0, 50000};
    while (!stop) syscall(SYS_nanosleep, &short_time, NULL);
    return argument;
}

/// Makes `number` with xmm0…15 and the callee-saved registers full of a pattern; how many differ afterwards.
static long check(long number, long a, long b, uint64_t seed) {
    uint64_t in[32], out[32], general[5];
    for (int i = 0; i < 32; i++) in[i] = seed * 0x9e3779b97f4a7c15ull + (uint64_t)i;
    __asm__ volatile(
        "movdqu 0(%[in]), %%xmm0\n movdqu 16(%[in]), %%xmm1\n movdqu 32(%[in]), %%xmm2\n movdqu 48(%[in]), %%xmm3\n"
        "movdqu 64(%[in]), %%xmm4\n movdqu 80(%[in]), %%xmm5\n movdqu 96(%[in]), %%xmm6\n movdqu 112(%[in]), %%xmm7\n"
        "movdqu 128(%[in]), %%xmm8\n movdqu 144(%[in]), %%xmm9\n movdqu 160(%[in]), %%xmm10\n movdqu 176(%[in]), %%xmm11\n"
        "movdqu 192(%[in]), %%xmm12\n movdqu 208(%[in]), %%xmm13\n movdqu 224(%[in]), %%xmm14\n movdqu 240(%[in]), %%xmm15\n"
        "mov $0x1111, %%r12\n mov $0x2222, %%r13\n mov $0x3333, %%r14\n mov $0x4444, %%r8\n mov $0x5555, %%r9\n"
        "syscall\n"
        "mov %%r12, 0(%[general])\n mov %%r13, 8(%[general])\n mov %%r14, 16(%[general])\n mov %%r8, 24(%[general])\n"
        "mov %%r9, 32(%[general])\n"
        "movdqu %%xmm0, 0(%[out])\n movdqu %%xmm1, 16(%[out])\n movdqu %%xmm2, 32(%[out])\n movdqu %%xmm3, 48(%[out])\n"
        "movdqu %%xmm4, 64(%[out])\n movdqu %%xmm5, 80(%[out])\n movdqu %%xmm6, 96(%[out])\n movdqu %%xmm7, 112(%[out])\n"
        "movdqu %%xmm8, 128(%[out])\n movdqu %%xmm9, 144(%[out])\n movdqu %%xmm10, 160(%[out])\n movdqu %%xmm11, 176(%[out])\n"
        "movdqu %%xmm12, 192(%[out])\n movdqu %%xmm13, 208(%[out])\n movdqu %%xmm14, 224(%[out])\n movdqu %%xmm15, 240(%[out])\n"
        : "+a"(number)
        : [in] "b"(in), [out] "r"(out), [general] "r"(general), "D"(a), "S"(b)
        : "rcx", "r8", "r9", "r11", "r12", "r13", "r14", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
          "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    long wrong = memcmp(in, out, 256) != 0;
    return wrong + (general[0] != 0x1111) + (general[1] != 0x2222) + (general[2] != 0x3333) + (general[3] != 0x4444) +
        (general[4] != 0x5555);
}

static void *probe(void *argument) {
    struct timespec short_time = {0, 20000};
    for (uint64_t i = 0; i < 2000; i++) {
        bad += check(SYS_getppid, 0, 0, i ^ (uint64_t)(uintptr_t)argument);
        if (i % 8 == 0) bad += check(SYS_nanosleep, (long)&short_time, 0, i + 77);
        if (i % 16 == 0) bad += check(SYS_sched_yield, 0, 0, i + 99);
    }
    return argument;
}

int main(void) {
    pthread_t noises[6], probes[6];
    for (intptr_t i = 0; i < 6; i++) pthread_create(&noises[i], NULL, noise, NULL);
    for (intptr_t i = 0; i < 6; i++) pthread_create(&probes[i], NULL, probe, (void *)(i * 1000003));
    for (int i = 0; i < 6; i++) pthread_join(probes[i], NULL);
    stop = 1;
    for (int i = 0; i < 6; i++) pthread_join(noises[i], NULL);
    printf(bad ? "registers: %ld lost\n" : "registers: ok\n", (long)bad);
    return bad != 0;
}
