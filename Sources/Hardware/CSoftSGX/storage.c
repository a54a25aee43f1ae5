// The memory of pages, reached by the processor and not by the process.
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#include "epcm.h"
#include "faults.h"
#include "kernel.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

// Through the second mapping where there is one. Otherwise a page that the process has not these rights to is made accessible for a
// moment; other threads of the process could then see it, which they can at any time on a processor that is a program.
uint8_t *softsgx_reach(const struct softsgx_enclave *enclave, uint64_t page, uint32_t entry, uint32_t access) {
    if (enclave->alias != 0) return (uint8_t *)(enclave->alias + page * SOFTSGX_PAGE);
    uint32_t rights = softsgx_host_rights(entry, __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST));
    if ((rights & access) != access && softsgx_protect(enclave, page, 1, ACCESS_READ | ACCESS_WRITE) != 0) return NULL;
    return (uint8_t *)(enclave->base + page * SOFTSGX_PAGE);
}

void softsgx_unreach(const struct softsgx_enclave *enclave, uint64_t page, uint32_t entry, uint32_t access) {
    if (enclave->alias != 0) return;
    uint32_t rights = softsgx_host_rights(entry, __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST));
    if ((rights & access) != access) softsgx_protect(enclave, page, 1, rights);
}

int softsgx_unreach_as(const struct softsgx_enclave *enclave, uint64_t page, uint32_t before, uint32_t entry) {
    if (enclave->alias != 0) return softsgx_apply(enclave, page, before, entry);
    uint32_t both = ACCESS_READ | ACCESS_WRITE;
    uint32_t rights = softsgx_host_rights(entry, __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST));
    int result = rights == both ? 0 : softsgx_protect(enclave, page, 1, rights);
    if (result != 0) softsgx_unreach(enclave, page, before, both);
    return result;
}

int softsgx_empty(const struct softsgx_enclave *enclave, uint64_t page, uint64_t pages) {
    uint64_t start = (enclave->alias != 0 ? enclave->alias : enclave->base) + page * SOFTSGX_PAGE;
    int advice = enclave->alias != 0 ? MADV_REMOVE : MADV_DONTNEED;
    return (int)kernel_call(SYS_madvise, (long)start, (long)(pages * SOFTSGX_PAGE), advice, 0, 0);
}
#pragma clang attribute pop
