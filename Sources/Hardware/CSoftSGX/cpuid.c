// CPUID sites of a program that were replaced by UD2.
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>

#include "softsgx.h"

enum { MOST_SITES = 4096, UD2_BYTES = 2 };
static uint64_t sites[MOST_SITES];
static uint32_t site_count;
static void (*answer)(uint32_t, uint32_t, uint32_t[4]);

int softsgx_cpuid_site(uint64_t address) {
    uint32_t index = __atomic_fetch_add(&site_count, 1, __ATOMIC_ACQ_REL);
    if (index >= MOST_SITES) {
        __atomic_fetch_sub(&site_count, 1, __ATOMIC_ACQ_REL);
        return ENOSPC;
    }
    __atomic_store_n(&sites[index], address, __ATOMIC_RELEASE);
    return 0;
}

void softsgx_set_cpuid(void (*with)(uint32_t, uint32_t, uint32_t[4])) { __atomic_store_n(&answer, with, __ATOMIC_RELEASE); }

void softsgx_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]) {
    void (*theirs)(uint32_t, uint32_t, uint32_t[4]) = __atomic_load_n(&answer, __ATOMIC_ACQUIRE);
    if (theirs != NULL) theirs(leaf, subleaf, out);
    else __cpuid_count(leaf, subleaf, out[0], out[1], out[2], out[3]);
}

int softsgx_answer_cpuid(ucontext_t *context) {
    greg_t *registers = context->uc_mcontext.gregs;
    uint32_t count = __atomic_load_n(&site_count, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count && i < MOST_SITES; i++) {
        if (__atomic_load_n(&sites[i], __ATOMIC_ACQUIRE) != (uint64_t)registers[REG_RIP]) continue;
        uint32_t out[4];
        softsgx_cpuid((uint32_t)registers[REG_RAX], (uint32_t)registers[REG_RCX], out);
        registers[REG_RAX] = out[0];
        registers[REG_RBX] = out[1];
        registers[REG_RCX] = out[2];
        registers[REG_RDX] = out[3];
        registers[REG_RIP] += UD2_BYTES;
        return 1;
    }
    return 0;
}
