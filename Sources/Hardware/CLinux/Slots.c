#define _GNU_SOURCE
#include "CLinuxEnclaves.h"

#include <sys/resource.h>
#include <time.h>

uint64_t cl_shared_load(const void *word) { return __atomic_load_n((const uint64_t *)word, __ATOMIC_SEQ_CST); }

void cl_shared_store(void *word, uint64_t value) { __atomic_store_n((uint64_t *)word, value, __ATOMIC_SEQ_CST); }

int cl_shared_exchange(void *word, uint64_t expected, uint64_t value) {
    return __atomic_compare_exchange_n((uint64_t *)word, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

void cl_relax(void) { __builtin_ia32_pause(); }

uint64_t cl_preemptions(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? (uint64_t)usage.ru_nivcsw : 0;
}

uint64_t cl_coarse_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
