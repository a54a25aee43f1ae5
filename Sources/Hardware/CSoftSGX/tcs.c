// TCS pages and the records the processor keeps for them.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "epcm.h"

// The fields of a TCS page (SDM table 38-8).
struct tcs_page {
    uint64_t state;
    uint64_t flags;
    uint64_t ossa;
    uint32_t cssa;
    uint32_t nssa;
    uint64_t oentry;
    uint64_t aep;
    uint64_t ofsbase;
    uint64_t ogsbase;
    uint32_t fslimit;
    uint32_t gslimit;
    uint64_t ocetssa;
    uint64_t prevssp;
    uint8_t reserved[4008];
};
_Static_assert(sizeof(struct tcs_page) == SOFTSGX_PAGE, "");

static int is_zero(const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) return 0;
    }
    return 1;
}

// EADD takes anything but reserved bytes that are set, and starts with a fresh state whatever the page says. EACCEPT, to which the
// page comes from inside, refuses such a state. What remains is judged by EENTER.
static int is_sound(const struct tcs_page *page, int accepting) {
    if (page->prevssp != 0 || !is_zero(page->reserved, sizeof page->reserved)) return 0;
    if (!accepting) return 1;
    return page->state == 0 && page->aep == 0 && (page->flags & SOFTSGX_TCS_DBGOPTIN) == 0 && page->cssa < page->nssa;
}

// The number of a record nobody has, or -1.
static int64_t claim_record(struct softsgx_enclave *enclave) {
    for (uint32_t number = 0; number < SOFTSGX_MOST_TCS; number++) {
        struct softsgx_tcs *tcs = &enclave->tcs[number];
        if (__atomic_load_n(&tcs->used, __ATOMIC_RELAXED) != 0) continue;
        if (__atomic_exchange_n(&tcs->used, 1, __ATOMIC_ACQUIRE) != 0) continue;
        uint32_t known = __atomic_load_n(&enclave->tcs_count, __ATOMIC_RELAXED);
        while (known <= number &&
               !__atomic_compare_exchange_n(&enclave->tcs_count, &known, number + 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        }
        return number;
    }
    return -1;
}

// Replaces the high half of an entry: `number` where nobody had it, GS_SHARED where another TCS did.
static void claim_gs(uint32_t *entry, uint32_t number) {
    uint32_t found = epcm_load(entry);
    uint32_t high;
    do {
        high = found >> 16 == 0 ? number : SOFTSGX_GS_SHARED;
        if (epcm_type(found) == SOFTSGX_PAGE_TCS && found >> 16 != 0) return;
    } while (!__atomic_compare_exchange_n(entry, &found, (found & EPCM_LOW) | high << 16, 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
}

static void release_gs(uint32_t *entry, uint32_t number) {
    uint32_t found = epcm_load(entry);
    while (found >> 16 == number &&
           !__atomic_compare_exchange_n(entry, &found, found & EPCM_LOW, 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
    }
}

int64_t softsgx_make_tcs(struct softsgx_enclave *enclave, uint64_t offset, const uint8_t bytes[4096], int accepting) {
    struct tcs_page page;
    memcpy(&page, bytes, sizeof page);
    if (!is_sound(&page, accepting)) return -EIO;
    int64_t number = claim_record(enclave);
    if (number < 0) return -ENOMEM;
    struct softsgx_tcs *tcs = &enclave->tcs[number];
    memset(tcs, 0, offsetof(struct softsgx_tcs, used));
    tcs->offset = offset;
    tcs->flags = page.flags & ~(uint64_t)SOFTSGX_TCS_DBGOPTIN;
    tcs->cssa = accepting ? page.cssa : 0;
    tcs->nssa = page.nssa;
    tcs->ossa = page.ossa;
    tcs->oentry = page.oentry;
    tcs->ofsbase = page.ofsbase;
    tcs->ogsbase = page.ogsbase;
    if (page.ogsbase < enclave->size) epcm_will_write(enclave, page.ogsbase / SOFTSGX_PAGE);
    if (page.ogsbase < enclave->size) claim_gs(&enclave->epcm[page.ogsbase / SOFTSGX_PAGE], (uint32_t)number + 1);
    return number + 1;
}

void softsgx_drop_tcs(struct softsgx_enclave *enclave, uint32_t number) {
    struct softsgx_tcs *tcs = &enclave->tcs[number - 1];
    if (tcs->ogsbase < enclave->size) release_gs(&enclave->epcm[tcs->ogsbase / SOFTSGX_PAGE], number);
    tcs->offset = ~(uint64_t)0;
    __atomic_store_n(&tcs->used, 0, __ATOMIC_RELEASE);
}
