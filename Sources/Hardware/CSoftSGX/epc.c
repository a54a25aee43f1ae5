// The account of EPC pages.
#define _GNU_SOURCE
#include <errno.h>

#include "softsgx.h"

struct softsgx_epc {
    uint64_t limit;
    uint64_t used;
};

int softsgx_epc_take(struct softsgx_enclave *enclave, uint64_t pages) {
    struct softsgx_epc *epc = enclave->epc;
    uint64_t used = __atomic_load_n(&epc->used, __ATOMIC_RELAXED);
    do {
        if (pages > epc->limit - used) return -ENOMEM;
    } while (!__atomic_compare_exchange_n(&epc->used, &used, used + pages, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return 0;
}

void softsgx_epc_give(struct softsgx_enclave *enclave, uint64_t pages) {
    __atomic_sub_fetch(&enclave->epc->used, pages, __ATOMIC_RELAXED);
}
