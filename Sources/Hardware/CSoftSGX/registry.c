// The enclaves of this process, found by address. Looked through by signal handlers, so it is an array that is only written by
// single stores.
#define _GNU_SOURCE
#include <errno.h>

#include "softsgx.h"

static struct softsgx_enclave *registered[SOFTSGX_MOST_ENCLAVES];
static uint32_t most;  // no enclave stands behind
uint64_t softsgx_generation = 1;

int softsgx_register(struct softsgx_enclave *enclave) {
    for (uint32_t i = 0; i < SOFTSGX_MOST_ENCLAVES; i++) {
        struct softsgx_enclave *nobody = NULL;
        if (!__atomic_compare_exchange_n(&registered[i], &nobody, enclave, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) continue;
        uint32_t known = __atomic_load_n(&most, __ATOMIC_RELAXED);
        while (known <= i && !__atomic_compare_exchange_n(&most, &known, i + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        }
        return 0;
    }
    return ENOSPC;
}

void softsgx_unregister(struct softsgx_enclave *enclave) {
    for (uint32_t i = 0; i < SOFTSGX_MOST_ENCLAVES; i++) {
        struct softsgx_enclave *found = enclave;
        __atomic_compare_exchange_n(&registered[i], &found, NULL, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
    }
    // Threads that remember the enclave they were in last look it up again.
    __atomic_add_fetch(&softsgx_generation, 1, __ATOMIC_SEQ_CST);
}

struct softsgx_enclave *softsgx_find(uint64_t address) {
    uint32_t count = __atomic_load_n(&most, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count; i++) {
        struct softsgx_enclave *enclave = __atomic_load_n(&registered[i], __ATOMIC_ACQUIRE);
        if (enclave != NULL && softsgx_contains(enclave, address)) return enclave;
    }
    return NULL;
}
