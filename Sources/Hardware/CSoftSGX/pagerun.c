// Pages side by side that are changed together.
#define _GNU_SOURCE
#include "pagerun.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

enum { BOTH = ACCESS_READ | ACCESS_WRITE };

void softsgx_run_begin(struct softsgx_page_run *run, struct softsgx_enclave *enclave, uint64_t first) {
    run->enclave = enclave;
    run->first = first;
    run->count = 0;
    run->vma = softsgx_vma_of(enclave, first);
}

int softsgx_run_take(struct softsgx_enclave *enclave, uint64_t page, uint32_t vma, uint32_t *found) {
    if (page >= enclave->size / SOFTSGX_PAGE || softsgx_vma_of(enclave, page) != vma) return 0;
    if (!epcm_is_written(enclave, page) || !epcm_take(&enclave->epcm[page], found)) return 0;
    int right = (*found & SOFTSGX_EPCM_VALID) != 0 && (vma & EPCM_RIGHTS & ~epcm_most(*found)) == 0;
    if (right && softsgx_vma_of(enclave, page) == vma) return 1;
    epcm_put(&enclave->epcm[page], *found);
    return 0;
}

uint64_t softsgx_run_change_rights(const struct softsgx_page_run *run, int open) {
    uint64_t page = 0;
    while (page < run->count) {
        uint32_t rights = softsgx_host_rights(run->after[page], run->vma);
        uint64_t next = page;
        while (next < run->count && softsgx_host_rights(run->after[next], run->vma) == rights &&
               rights != (open ? (uint32_t)BOTH : softsgx_host_rights(run->before[next], run->vma)))
            next++;
        if (next > page && softsgx_protect(run->enclave, run->first + page, next - page, rights) != 0) return page;
        page = next > page ? next : page + 1;
    }
    return run->count;
}

void softsgx_run_end(const struct softsgx_page_run *run, uint64_t done) {
    for (uint64_t i = 0; i < run->count; i++) epcm_put(&run->enclave->epcm[run->first + i], i < done ? run->after[i] : run->before[i]);
}
#pragma clang attribute pop
