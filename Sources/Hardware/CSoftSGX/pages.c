// EADD's part of the processor's state, and the gate.
#define _GNU_SOURCE
#include <string.h>

#include "softsgx.h"

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

static int is_sound(const struct softsgx_enclave *enclave, const struct tcs_page *page) {
    if (page->state != 0 || page->flags != 0 || page->aep != 0 || page->cssa != 0) return 0;
    if (page->ocetssa != 0 || page->prevssp != 0 || !is_zero(page->reserved, sizeof page->reserved)) return 0;
    if (page->ossa % SOFTSGX_PAGE != 0 || page->ofsbase % SOFTSGX_PAGE != 0 || page->ogsbase % SOFTSGX_PAGE != 0) return 0;
    if ((page->fslimit & 0xfff) != 0xfff || (page->gslimit & 0xfff) != 0xfff) return 0;
    if (page->oentry >= enclave->size || page->ofsbase >= enclave->size || page->ogsbase >= enclave->size) return 0;
    return page->ossa < enclave->size && page->nssa <= (enclave->size - page->ossa) / enclave->ssa_frame_bytes;
}

int softsgx_add_tcs(struct softsgx_enclave *enclave, uint64_t offset, const uint8_t bytes[4096]) {
    struct tcs_page page;
    memcpy(&page, bytes, sizeof page);
    if (enclave->tcs_count >= SOFTSGX_MOST_TCS || !is_sound(enclave, &page)) return -1;
    struct softsgx_tcs *tcs = &enclave->tcs[enclave->tcs_count];
    memset(tcs, 0, sizeof *tcs);
    tcs->offset = offset;
    tcs->nssa = page.nssa;
    tcs->ossa = page.ossa;
    tcs->oentry = page.oentry;
    tcs->ofsbase = page.ofsbase;
    tcs->ogsbase = page.ogsbase;
    uint32_t number = enclave->tcs_count + 1;
    if (softsgx_add_epcm(enclave, offset / SOFTSGX_PAGE, 1, SOFTSGX_EPCM_VALID | SOFTSGX_PAGE_TCS << 8 | number << 16) != 0) {
        return -1;
    }
    enclave->tcs_count = number;
    uint32_t *owner = &enclave->epcm[page.ogsbase / SOFTSGX_PAGE];
    if (*owner >> 16 != 0) enclave->sharing_gs = 1;
    *owner |= number << 16;
    return 0;
}

int softsgx_add_epcm(struct softsgx_enclave *enclave, uint64_t first_page, uint64_t pages, uint32_t entry) {
    uint32_t *epcm = enclave->epcm + first_page;
    for (uint64_t i = 0; i < pages; i++) {
        if ((epcm[i] & SOFTSGX_EPCM_VALID) != 0) return -1;
    }
    for (uint64_t i = 0; i < pages; i++) {
        if ((entry >> 16) != 0 && (epcm[i] >> 16) != 0) enclave->sharing_gs = 1;
        epcm[i] = (entry >> 16) != 0 ? entry : (epcm[i] & 0xffff0000) | entry;
    }
    return 0;
}

struct gate_data {
    uint64_t base;
    uint64_t size;
    uint64_t pages;
    uint64_t epcm;
    uint64_t tcs;  // one record before the first: the EPCM holds number plus one
    uint32_t mask;
    uint32_t has_xinuse;
    uint64_t unused[2];
    uint8_t initial[576];
};

void softsgx_make_gate(struct softsgx_enclave *enclave) {
    uint8_t *gate = (uint8_t *)enclave->gate;
    memset(gate, 0xcc, SOFTSGX_PAGE);
    memcpy(gate, softsgx_gate_start, softsgx_gate_end - softsgx_gate_start);
    struct gate_data *data = (struct gate_data *)(gate + (softsgx_gate_data - softsgx_gate_start));
    data->base = enclave->base;
    data->size = enclave->size;
    data->pages = enclave->size / SOFTSGX_PAGE;
    data->epcm = (uintptr_t)enclave->epcm;
    data->tcs = (uintptr_t)(enclave->tcs - 1);
    data->mask = softsgx_xcr0() & 0xff;  // x87, SSE, AVX, MPX, AVX-512: all but what the host has for itself, as PKRU
    data->has_xinuse = (uint32_t)softsgx_have_xinuse();
    uint32_t mxcsr = 0x1f80;
    memcpy(data->initial + 24, &mxcsr, sizeof mxcsr);
}

uint64_t softsgx_patch(const struct softsgx_enclave *enclave, uint8_t *code, uint64_t length) {
    static const uint8_t pattern[5] = {0x0f, 0x01, 0xd7, 0x90, 0x90};
    uint64_t patched = 0;
    if (enclave->gate == 0 || enclave->sharing_gs) return 0;
    for (uint64_t i = 0; i + sizeof pattern <= length; i++) {
        if (memcmp(code + i, pattern, sizeof pattern) != 0) continue;
        int64_t distance = (int64_t)(enclave->gate - ((uintptr_t)code + i + 5));
        if (distance != (int32_t)distance) continue;
        int32_t relative = (int32_t)distance;
        code[i] = 0xe8;
        memcpy(code + i + 1, &relative, sizeof relative);
        patched += 1;
        i += 4;
    }
    return patched;
}
