// Pages side by side that are changed together, so that the host's rights change once for all of them.
#pragma once

#include "epcm.h"
#include "faults.h"

enum { MOST_RUN_PAGES = 256 };

// Taken pages with one answer to what the process asked for them, with the entries they had and are to have.
struct softsgx_page_run {
    struct softsgx_enclave *enclave;
    uint64_t first;
    uint64_t count;
    uint32_t vma;
    uint32_t before[MOST_RUN_PAGES];
    uint32_t after[MOST_RUN_PAGES];
};

static inline uint32_t softsgx_vma_of(const struct softsgx_enclave *enclave, uint64_t page) {
    return __atomic_load_n(&enclave->vma[page], __ATOMIC_SEQ_CST);
}

void softsgx_run_begin(struct softsgx_page_run *run, struct softsgx_enclave *enclave, uint64_t first);
// Takes a valid page that is mapped like `vma`, or does nothing and says 0. Nobody waits here, since others may wait for pages of the run.
int softsgx_run_take(struct softsgx_enclave *enclave, uint64_t page, uint32_t vma, uint32_t *found);
// Gives the host the rights of the entries after; how many pages have them then. `open`: the host may read and write all of them now.
uint64_t softsgx_run_change_rights(const struct softsgx_page_run *run, int open);
// Gives all pages back: the first ones with their new entries, the others as they were.
void softsgx_run_end(const struct softsgx_page_run *run, uint64_t done);
