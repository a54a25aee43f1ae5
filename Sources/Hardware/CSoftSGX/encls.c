// ENCLS: how pages come. Each takes the page, changes it, gives the host its new rights and gives the page back.
#define _GNU_SOURCE
#include <errno.h>

#include "epcm.h"
#include "kernel.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

// Rights a mapping may have: those of SECINFO; the driver lets a TCS page be mapped readable and writable.
static uint32_t entry_of(uint32_t flags) {
    uint32_t most = flags & EPCM_RIGHTS;
    if (epcm_type(flags) == SOFTSGX_PAGE_TCS) most = SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE;
    uint32_t type = epcm_type(flags) << SOFTSGX_EPCM_TYPE_SHIFT;
    return (flags & EPCM_RIGHTS) | type | SOFTSGX_EPCM_VALID | most << SOFTSGX_EPCM_MOST_SHIFT;
}

// Nobody is inside yet and one thread adds pages: plain stores, which a large enclave needs to start fast.
int softsgx_eadd(struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t flags) {
    if (enclave->initialised) return -EINVAL;
    uint32_t *epcm = enclave->epcm + first;
    for (uint64_t i = 0; i < pages; i++) {
        if ((epcm_at(enclave, first + i) & SOFTSGX_EPCM_VALID) != 0) return -EBUSY;
    }
    if (enclave->epc != NULL && softsgx_epc_take(enclave, pages) != 0) return -ENOMEM;
    uint32_t entry = entry_of(flags);
    for (uint64_t page = first / SOFTSGX_LEAF * SOFTSGX_LEAF; page < first + pages; page += SOFTSGX_LEAF) {
        epcm_will_write(enclave, page);
    }
    for (uint64_t i = 0; i < pages; i++) epcm[i] = (epcm[i] & ~(uint32_t)EPCM_LOW) | entry;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    int mapped = 0;
    for (uint64_t i = 0; i < pages; i++) mapped |= enclave->vma[first + i];
    return mapped == 0 ? 0 : softsgx_refresh(enclave, first, pages);
}

int softsgx_add_tcs(struct softsgx_enclave *enclave, uint64_t offset, const uint8_t bytes[4096]) {
    uint32_t *entry = &enclave->epcm[offset / SOFTSGX_PAGE];
    if (enclave->initialised) return -EINVAL;
    epcm_will_write(enclave, offset / SOFTSGX_PAGE);
    if ((*entry & SOFTSGX_EPCM_VALID) != 0) return -EBUSY;
    if (enclave->epc != NULL && softsgx_epc_take(enclave, 1) != 0) return -ENOMEM;
    int64_t number = softsgx_make_tcs(enclave, offset, bytes, 0);
    if (number < 0) {
        if (enclave->epc != NULL) softsgx_epc_give(enclave, 1);
        return (int)number;
    }
    epcm_put_whole(entry, entry_of(SOFTSGX_PAGE_TCS << SOFTSGX_EPCM_TYPE_SHIFT) | (uint32_t)number << 16);
    return 0;
}

// EAUG of a page that is taken, which is given back.
static int augment_taken(struct softsgx_enclave *enclave, uint64_t page, uint32_t found) {
    uint32_t *entry = &enclave->epcm[page];
    int result = (found & SOFTSGX_EPCM_VALID) != 0 ? -EBUSY : 0;
    if (result == 0 && enclave->epc != NULL) result = softsgx_epc_take(enclave, 1);
    if (result != 0) {
        epcm_put(entry, found);
        return result;
    }
    uint32_t rights = SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE;
    uint32_t state = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_PENDING | SOFTSGX_PAGE_REG << SOFTSGX_EPCM_TYPE_SHIFT | rights |
                     EPCM_RIGHTS << SOFTSGX_EPCM_MOST_SHIFT;
    epcm_put(entry, state);
    return 0;
}

// For signal handlers too, which have every signal blocked.
int softsgx_augment(struct softsgx_enclave *enclave, uint64_t page) {
    if (!enclave->initialised) return -EINVAL;
    epcm_will_write(enclave, page);
    return augment_taken(enclave, page, epcm_take_waiting(&enclave->epcm[page]));
}

int softsgx_try_augment(struct softsgx_enclave *enclave, uint64_t page) {
    uint32_t found;
    if (!enclave->initialised) return -EINVAL;
    epcm_will_write(enclave, page);
    return epcm_take(&enclave->epcm[page], &found) ? augment_taken(enclave, page, found) : -EAGAIN;
}

// Called by the driver: a page is never held while a handler runs on its thread.
int softsgx_eaug(struct softsgx_enclave *enclave, uint64_t page) {
    uint64_t mask;
    kernel_block_signals(&mask);
    int result = softsgx_augment(enclave, page);
    kernel_restore_signals(&mask);
    return result;
}
#pragma clang attribute pop
