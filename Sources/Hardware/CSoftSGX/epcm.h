// How an EPCM entry is read and changed.
#pragma once

#include "softsgx.h"

// SECINFO's part of an entry, without BUSY and the driver's bits.
enum { EPCM_RIGHTS = 7, EPCM_STATE = SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED | SOFTSGX_EPCM_PR, EPCM_LOW = 0xffff };

static inline uint32_t epcm_type(uint32_t entry) { return entry >> SOFTSGX_EPCM_TYPE_SHIFT & 7; }
static inline uint32_t epcm_most(uint32_t entry) { return entry >> SOFTSGX_EPCM_MOST_SHIFT & EPCM_RIGHTS; }

static inline uint32_t epcm_load(const uint32_t *entry) { return __atomic_load_n(entry, __ATOMIC_SEQ_CST); }

// Before an entry is written that may never have been: reading a table page that nobody wrote would make it.
static inline void epcm_will_write(struct softsgx_enclave *enclave, uint64_t page) {
    uint8_t *written = &enclave->written[page / SOFTSGX_LEAF];
    if (__atomic_load_n(written, __ATOMIC_RELAXED) == 0) __atomic_store_n(written, 1, __ATOMIC_SEQ_CST);
}

static inline int epcm_is_written(const struct softsgx_enclave *enclave, uint64_t page) {
    return __atomic_load_n(&enclave->written[page / SOFTSGX_LEAF], __ATOMIC_SEQ_CST) != 0;
}

static inline uint32_t epcm_at(const struct softsgx_enclave *enclave, uint64_t page) {
    return epcm_is_written(enclave, page) ? epcm_load(&enclave->epcm[page]) : 0;
}

// Takes the page for a change; 0 when somebody else has it. `found` is the state before.
static inline int epcm_take(uint32_t *entry, uint32_t *found) {
    *found = epcm_load(entry);
    while ((*found & SOFTSGX_EPCM_BUSY) == 0) {
        if (__atomic_compare_exchange_n(entry, found, *found | SOFTSGX_EPCM_BUSY, 1, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return 1;
    }
    return 0;
}

// Whoever has a page has every signal blocked: it is given back soon.
static inline uint32_t epcm_take_waiting(uint32_t *entry) {
    uint32_t found;
    while (!epcm_take(entry, &found)) __builtin_ia32_pause();
    return found;
}

// Gives the page back with a new low half; the high half may have changed meanwhile.
static inline void epcm_put(uint32_t *entry, uint32_t state) {
    uint32_t found = epcm_load(entry);
    uint32_t wanted;
    do {
        wanted = (found & ~(uint32_t)EPCM_LOW) | (state & EPCM_LOW & ~(uint32_t)SOFTSGX_EPCM_BUSY);
    } while (!__atomic_compare_exchange_n(entry, &found, wanted, 1, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

// The same, and the high half too.
static inline void epcm_put_whole(uint32_t *entry, uint32_t value) {
    __atomic_store_n(entry, value & ~(uint32_t)SOFTSGX_EPCM_BUSY, __ATOMIC_SEQ_CST);
}

// The page's rights in the host. The driver installs nothing where the mapping has more rights than the page may have.
static inline uint32_t softsgx_host_rights(uint32_t entry, uint32_t vma) {
    if ((vma & SOFTSGX_VMA_MAPPED) == 0 || (vma & EPCM_RIGHTS & ~epcm_most(entry)) != 0) return 0;
    uint32_t usable = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED;
    if ((entry & usable) != SOFTSGX_EPCM_VALID || epcm_type(entry) != SOFTSGX_PAGE_REG) return 0;
    return vma & entry & EPCM_RIGHTS;
}

// A page that the process has not mapped may be something else's, unless ELRANGE is reserved.
static inline int softsgx_is_ours(const struct softsgx_enclave *enclave, uint32_t vma) {
    return enclave->owned || (vma & SOFTSGX_VMA_MAPPED) != 0;
}

// Gives `pages` pages the rights in the host; 0 or -errno.
int softsgx_protect(const struct softsgx_enclave *enclave, uint64_t first, uint64_t pages, uint32_t rights);
// The same for one page whose entry will be `entry`, when its rights differ from those under `before`.
int softsgx_apply(const struct softsgx_enclave *enclave, uint64_t page, uint32_t before, uint32_t entry);
// EAUG where every signal is blocked already.
int softsgx_augment(struct softsgx_enclave *enclave, uint64_t page);
// The same for one who has other pages taken and must not wait: -EAGAIN where somebody has this one.
int softsgx_try_augment(struct softsgx_enclave *enclave, uint64_t page);

// Takes the fields of a TCS page into a new record: its number plus one, -EIO where EADD or EACCEPT would raise #GP, -ENOMEM.
int64_t softsgx_make_tcs(struct softsgx_enclave *enclave, uint64_t offset, const uint8_t page[4096], int accepting);
void softsgx_drop_tcs(struct softsgx_enclave *enclave, uint32_t number);
// The page's memory for the processor to read, or to read and write, whatever rights the host has; the page is taken. NULL where the
// host took it away.
uint8_t *softsgx_reach(const struct softsgx_enclave *enclave, uint64_t page, uint32_t entry, uint32_t access);
// After it: the host has the rights again that `entry` gives it.
void softsgx_unreach(const struct softsgx_enclave *enclave, uint64_t page, uint32_t entry, uint32_t access);
// The same after reading and writing, where the page's entry will be another one; 0 or -errno, with the rights of `before`.
int softsgx_unreach_as(const struct softsgx_enclave *enclave, uint64_t page, uint32_t before, uint32_t entry);
// Makes the pages' memory zero, and gives its frames back to the system.
int softsgx_empty(const struct softsgx_enclave *enclave, uint64_t page, uint64_t pages);
