// Page faults in ELRANGE: what the page tables and the driver would say first, then the EPCM.
#define _GNU_SOURCE
#include <errno.h>

#include "epcm.h"
#include "faults.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

enum { CODE_PRESENT = 1, CODE_WRITE = 2, CODE_USER = 4, CODE_FETCH = 16, CODE_SGX = 0x8000 };

static uint32_t code_of(uint32_t access) {
    return CODE_USER | ((access & ACCESS_WRITE) != 0 ? CODE_WRITE : 0) | ((access & ACCESS_FETCH) != 0 ? CODE_FETCH : 0);
}

// Any right of a mapping lets it be read, as on the processor.
static int mapping_allows(uint32_t vma, uint32_t access) {
    if ((vma & SOFTSGX_VMA_MAPPED) == 0 || (vma & EPCM_RIGHTS) == 0) return 0;
    if ((access & ACCESS_WRITE) != 0 && (vma & SOFTSGX_EPCM_WRITE) == 0) return 0;
    return (access & ACCESS_FETCH) == 0 || (vma & SOFTSGX_EPCM_EXECUTE) != 0;
}

enum softsgx_verdict softsgx_walk(struct softsgx_enclave *enclave, uint64_t address, uint32_t access, uint32_t *code) {
    uint64_t page = (address - enclave->base) / SOFTSGX_PAGE;
    *code = code_of(access);
    for (;;) {
        uint32_t vma = __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST);
        uint32_t entry = epcm_at(enclave, page);
        int present = (entry & SOFTSGX_EPCM_VALID) != 0;
        if (!mapping_allows(vma, access)) {
            if (present && (vma & EPCM_RIGHTS) != 0) *code |= CODE_PRESENT;
            return VERDICT_FAULT;
        }
        if (present) return (vma & EPCM_RIGHTS & ~epcm_most(entry)) == 0 ? VERDICT_ALLOWED : VERDICT_BUS_ERROR;
        int result = softsgx_augment(enclave, page);
        if (result != 0 && result != -EBUSY) return VERDICT_BUS_ERROR;
    }
}

int softsgx_epcm_allows(uint32_t entry, uint32_t access, uint32_t *code) {
    uint32_t usable = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED;
    *code = CODE_SGX | CODE_PRESENT | code_of(access);
    if ((entry & usable) != SOFTSGX_EPCM_VALID || epcm_type(entry) != SOFTSGX_PAGE_REG) return 0;
    return (entry & access) == access;
}

enum softsgx_verdict softsgx_judge(struct softsgx_enclave *enclave, uint64_t address, uint32_t access, uint32_t *code) {
    enum softsgx_verdict verdict = softsgx_walk(enclave, address, access, code);
    if (verdict != VERDICT_ALLOWED) return verdict;
    uint32_t entry = epcm_load(&enclave->epcm[(address - enclave->base) / SOFTSGX_PAGE]);
    if ((entry & SOFTSGX_EPCM_BUSY) != 0) return VERDICT_AGAIN;
    return softsgx_epcm_allows(entry, access, code) ? VERDICT_ALLOWED : VERDICT_FAULT;
}

// The access is allowed and the host has not the rights: another thread or process changed the page since. A mapping that is gone
// although nobody said so has no right at all.
enum softsgx_verdict softsgx_catch_up(struct softsgx_enclave *enclave, uint64_t address) {
    uint64_t page = (address - enclave->base) / SOFTSGX_PAGE;
    uint32_t entry = epcm_take_waiting(&enclave->epcm[page]);
    uint32_t rights = softsgx_host_rights(entry, __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST));
    int result = softsgx_protect(enclave, page, 1, rights);
    epcm_put(&enclave->epcm[page], entry);
    return result == 0 ? VERDICT_AGAIN : VERDICT_FAULT;
}
#pragma clang attribute pop
