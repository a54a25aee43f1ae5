// The rules of EACCEPT, EMODPE and EACCEPTCOPY for one page (SDM, volume 3D, chapter 41.4), for a page alone and for runs of them.
#pragma once

#include "epcm.h"
#include "faults.h"
#include "leaf.h"

enum { SECINFO_BYTES = 64 };

static inline uint64_t type_in(uint64_t flags) { return flags >> SOFTSGX_EPCM_TYPE_SHIFT & 0xff; }

// What EACCEPT takes in a SECINFO.
static inline int is_acceptable(uint64_t flags) {
    uint64_t state = flags & EPCM_STATE;
    switch (type_in(flags)) {
    case SOFTSGX_PAGE_REG:
        return (state & SOFTSGX_EPCM_MODIFIED) == 0 && (state & (SOFTSGX_EPCM_PR | SOFTSGX_EPCM_PENDING)) != 0;
    case SOFTSGX_PAGE_TCS:
    case SOFTSGX_PAGE_TRIM: return state == SOFTSGX_EPCM_MODIFIED;
    default: return 0;
    }
}

static inline int has_page_of_enclave(uint32_t entry) {
    uint32_t type = epcm_type(entry);
    return (entry & SOFTSGX_EPCM_VALID) != 0 &&
           (type == SOFTSGX_PAGE_REG || type == SOFTSGX_PAGE_TCS || type == SOFTSGX_PAGE_TRIM);
}

// Whether the page is in the state that EACCEPT is told.
static inline int is_as_told(uint32_t entry, uint64_t flags) {
    uint32_t compared = EPCM_RIGHTS | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED;
    return ((entry ^ flags) & compared) == 0 && epcm_type(entry) == type_in(flags);
}

static inline uint32_t accepted(uint32_t entry) { return entry & ~(uint32_t)EPCM_STATE; }

// What EACCEPTCOPY fills: as EAUG made it.
static inline int is_fresh(uint32_t entry) {
    uint32_t looked = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED | EPCM_RIGHTS;
    uint32_t wanted = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE;
    return (entry & looked) == wanted && epcm_type(entry) == SOFTSGX_PAGE_REG;
}

static inline uint32_t copied(uint32_t entry, uint64_t flags) {
    return (entry & ~(uint32_t)(EPCM_STATE | EPCM_RIGHTS)) | (flags & EPCM_RIGHTS);
}

static inline int is_written_only(uint64_t rights) {
    return (rights & (SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE)) == SOFTSGX_EPCM_WRITE;
}

// The flags of the SECINFO at RBX; #GP where a reserved bit is set.
enum softsgx_leaf_end softsgx_read_secinfo(struct softsgx_leaf *leaf, uint64_t *flags);
