// ENCLS: what the driver does to pages. Each takes the page, changes it, gives the host its new rights and gives the page back.
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

// For signal handlers too, which have every signal blocked.
int softsgx_augment(struct softsgx_enclave *enclave, uint64_t page) {
    uint32_t *entry = &enclave->epcm[page];
    if (!enclave->initialised) return -EINVAL;
    epcm_will_write(enclave, page);
    uint32_t found = epcm_take_waiting(entry);
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

static int emodpr(struct softsgx_enclave *enclave, uint64_t page, uint32_t rights) {
    uint32_t *entry = &enclave->epcm[page];
    epcm_will_write(enclave, page);
    uint32_t found = epcm_take_waiting(entry);
    uint32_t state = found;
    int result = 0;
    if ((found & SOFTSGX_EPCM_VALID) == 0) result = -EFAULT;
    else if (epcm_type(found) != SOFTSGX_PAGE_REG) result = -EINVAL;
    else if ((found & (SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED)) != 0) result = SOFTSGX_PAGE_NOT_MODIFIABLE;
    if (result == 0) {
        state = (found & ~(uint32_t)(EPCM_RIGHTS & ~rights)) | SOFTSGX_EPCM_PR;
        result = softsgx_apply(enclave, page, found, state);
    }
    epcm_put(entry, result == 0 ? state : found);
    return result;
}

static int emodt(struct softsgx_enclave *enclave, uint64_t page, uint32_t type) {
    uint32_t *entry = &enclave->epcm[page];
    epcm_will_write(enclave, page);
    uint32_t found = epcm_take_waiting(entry);
    uint32_t state = found;
    uint32_t most = SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE;
    int result = 0;
    int trimming = type == SOFTSGX_PAGE_TRIM;
    if ((found & SOFTSGX_EPCM_VALID) == 0) result = -EFAULT;
    else if (epcm_type(found) != SOFTSGX_PAGE_REG && !(epcm_type(found) == SOFTSGX_PAGE_TCS && trimming)) result = -EINVAL;
    else if (!trimming && (most & ~epcm_most(found)) != 0) result = -EPERM;
    else if ((found & (SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED)) != 0) result = SOFTSGX_PAGE_NOT_MODIFIABLE;
    if (result == 0) {
        if (trimming) most = epcm_most(found);
        state = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_MODIFIED | type << SOFTSGX_EPCM_TYPE_SHIFT | most << SOFTSGX_EPCM_MOST_SHIFT;
        result = softsgx_apply(enclave, page, found, state);
    }
    epcm_put(entry, result == 0 ? state : found);
    return result;
}

// The high half of a page that was a TCS is its own record's number, that of any other page names the TCS whose OGSBASE it is.
static void drop_record(struct softsgx_enclave *enclave, uint64_t page, uint32_t *entry) {
    uint32_t number = epcm_load(entry) >> 16;
    if (number == 0 || number == SOFTSGX_GS_SHARED) return;
    if (enclave->tcs[number - 1].offset != page * SOFTSGX_PAGE) return;
    softsgx_drop_tcs(enclave, number);
    __atomic_and_fetch(entry, EPCM_LOW, __ATOMIC_SEQ_CST);
}

static int eremove(struct softsgx_enclave *enclave, uint64_t page) {
    uint32_t *entry = &enclave->epcm[page];
    epcm_will_write(enclave, page);
    uint32_t found = epcm_take_waiting(entry);
    int result = 0;
    if ((found & SOFTSGX_EPCM_VALID) == 0) result = -EFAULT;
    else if (epcm_type(found) != SOFTSGX_PAGE_TRIM || (found & SOFTSGX_EPCM_MODIFIED) != 0) result = -EPERM;
    if (result == 0) result = softsgx_empty(enclave, page);
    if (result == 0) {
        drop_record(enclave, page, entry);
        epcm_put(entry, 0);
        if (enclave->epc != NULL) softsgx_epc_give(enclave, 1);
    } else {
        epcm_put(entry, found);
    }
    return result;
}

// The rest is called by the driver: a page is never held while a handler runs on its thread.
static int quietly(int (*step)(struct softsgx_enclave *, uint64_t, uint32_t), struct softsgx_enclave *enclave, uint64_t page,
                   uint32_t argument) {
    uint64_t mask;
    kernel_block_signals(&mask);
    int result = step(enclave, page, argument);
    kernel_restore_signals(&mask);
    return result;
}

static int augment_step(struct softsgx_enclave *enclave, uint64_t page, uint32_t unused) {
    (void)unused;
    return softsgx_augment(enclave, page);
}

static int eremove_step(struct softsgx_enclave *enclave, uint64_t page, uint32_t unused) {
    (void)unused;
    return eremove(enclave, page);
}

int softsgx_eaug(struct softsgx_enclave *enclave, uint64_t page) { return quietly(augment_step, enclave, page, 0); }

int softsgx_emodpr(struct softsgx_enclave *enclave, uint64_t page, uint32_t rights) {
    return enclave->initialised ? quietly(emodpr, enclave, page, rights & EPCM_RIGHTS) : -EINVAL;
}

int softsgx_emodt(struct softsgx_enclave *enclave, uint64_t page, uint32_t type) {
    if (!enclave->initialised || (type != SOFTSGX_PAGE_TCS && type != SOFTSGX_PAGE_TRIM)) return -EINVAL;
    return quietly(emodt, enclave, page, type);
}

int softsgx_eremove(struct softsgx_enclave *enclave, uint64_t page) {
    return enclave->initialised ? quietly(eremove_step, enclave, page, 0) : -EINVAL;
}
#pragma clang attribute pop
