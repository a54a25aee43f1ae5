// The rights that pages have in the host: those of the EPCM and those the process asked for.
#define _GNU_SOURCE
#include <errno.h>

#include "epcm.h"
#include "kernel.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

int softsgx_protect(const struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t rights) {
    // R 1, W 2, X 4 as in PROT_*.
    uint64_t address = enclave->base + first * SOFTSGX_PAGE;
    return (int)kernel_call(SYS_mprotect, (long)address, (long)(pages * SOFTSGX_PAGE), (long)rights, 0, 0);
}

int softsgx_apply(const struct softsgx_enclave *enclave, uint64_t page, uint32_t before, uint32_t entry) {
    uint32_t vma = __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST);
    uint32_t rights = softsgx_host_rights(entry, vma);
    if (!softsgx_is_ours(enclave, vma) || rights == softsgx_host_rights(before, vma)) return 0;
    return softsgx_protect(enclave, page, 1, rights);
}

int softsgx_may_map(const struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t rights) {
    for (uint64_t page = first; page < first + pages; page++) {
        if (!epcm_is_written(enclave, page)) {
            page |= SOFTSGX_LEAF - 1;
            continue;
        }
        uint32_t entry = epcm_load(&enclave->epcm[page]);
        if ((entry & SOFTSGX_EPCM_VALID) != 0 && (rights & EPCM_RIGHTS & ~epcm_most(entry)) != 0) return EACCES;
    }
    return 0;
}

static uint32_t settled(const struct softsgx_enclave *enclave, uint64_t page) {
    uint32_t found;
    while (((found = epcm_at(enclave, page)) & SOFTSGX_EPCM_BUSY) != 0) __builtin_ia32_pause();
    return found & EPCM_LOW;
}

// Nobody is locked out meanwhile: a page whose entry changed under our hands is looked at again. Whoever changes an entry reads
// `vma` after it has taken the page, and finds what was stored here.
static int apply_run(struct softsgx_enclave *enclave, uint64_t first, uint64_t limit, uint64_t *end) {
    uint32_t vma = __atomic_load_n(&enclave->vma[first], __ATOMIC_SEQ_CST);
    uint32_t like = settled(enclave, first);
    uint32_t rights = softsgx_host_rights(like, vma);
    uint64_t next = first + 1;
    while (next < limit && __atomic_load_n(&enclave->vma[next], __ATOMIC_RELAXED) == vma) {
        uint32_t entry = settled(enclave, next);
        if (entry != like && softsgx_host_rights(entry, vma) != rights) break;
        next++;
    }
    *end = next;
    if (!softsgx_is_ours(enclave, vma)) return 0;
    int result = softsgx_protect(enclave, first, next - first, rights);
    for (uint64_t page = first; result == 0 && page < next; page++) {
        uint32_t now = __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST);
        uint32_t seen = settled(enclave, page);
        if (now == vma && (seen == like || softsgx_host_rights(seen, vma) == rights)) continue;
        epcm_will_write(enclave, page);
        uint32_t entry = epcm_take_waiting(&enclave->epcm[page]);
        now = __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST);
        if (softsgx_is_ours(enclave, now)) result = softsgx_protect(enclave, page, 1, softsgx_host_rights(entry, now));
        epcm_put(&enclave->epcm[page], entry);
    }
    return result;
}

int softsgx_refresh(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages) {
    uint64_t mask;
    kernel_block_signals(&mask);
    int result = 0;
    for (uint64_t page = first; result == 0 && page < first + pages;) result = apply_run(enclave, page, first + pages, &page);
    kernel_restore_signals(&mask);
    return result;
}

int softsgx_set_vma(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t vma) {
    for (uint64_t page = first; page < first + pages; page++) {
        __atomic_store_n(&enclave->vma[page], (uint8_t)vma, __ATOMIC_RELAXED);
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return softsgx_refresh(enclave, first, pages);
}
#pragma clang attribute pop
