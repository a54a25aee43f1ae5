// Runs of pages behind the gate. An enclave accepts many pages in a loop, and each would cost two changes of the signal mask and one or
// two of the host's rights. Its loop says what follows (gate.S), so as many rounds of it as are without any surprise are made here at
// once; whatever is a surprise ends the run before that page, and the enclave's own loop comes to it.
#define _GNU_SOURCE
#include <sys/mman.h>

#include "accept.h"
#include "general.h"
#include "kernel.h"
#include "pagerun.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

enum { BOTH = ACCESS_READ | ACCESS_WRITE };
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

// Pages that are copied: side by side as well, or one for all.
struct sources {
    uint64_t first;
    uint64_t step;  // in pages: 0 or 1
    uint64_t count;
    uint32_t vma;
    uint32_t entries[MOST_RUN_PAGES];
};

// The page's next entry; 0 where the leaf would not simply succeed.
static uint32_t entry_after(uint64_t leaf, uint64_t flags, uint32_t found) {
    uint32_t code;
    switch (leaf) {
    case SOFTSGX_EACCEPT:
        // The number of a record makes it a page that a thread may be inside with.
        if (!has_page_of_enclave(found) || !is_as_told(found, flags)) return 0;
        return epcm_type(found) == SOFTSGX_PAGE_TRIM && found >> 16 != 0 ? 0 : accepted(found);
    case SOFTSGX_EMODPE:
        return softsgx_epcm_allows(found, 0, &code) && !is_written_only(found | flags) ? found | (flags & EPCM_RIGHTS) : 0;
    default: return is_fresh(found) ? copied(found, flags) : 0;
    }
}

static int is_for_runs(uint64_t leaf, uint64_t flags) {
    switch (leaf) {
    case SOFTSGX_EACCEPT: return is_acceptable(flags) && type_in(flags) != SOFTSGX_PAGE_TCS;
    case SOFTSGX_EMODPE: return 1;
    default: return !is_written_only(flags) && type_in(flags) == SOFTSGX_PAGE_REG;
    }
}

static int take_source(struct softsgx_enclave *enclave, struct sources *sources) {
    if (sources->step == 0 && sources->count > 0) return 1;
    uint32_t found, code;
    uint64_t page = sources->first + sources->count;
    if (!softsgx_run_take(enclave, page, sources->vma, &found)) return 0;
    int readable = softsgx_epcm_allows(found, ACCESS_READ, &code) && (softsgx_host_rights(found, sources->vma) & ACCESS_READ) != 0;
    if (!readable) {
        epcm_put(&enclave->epcm[page], found);
        return 0;
    }
    sources->entries[sources->count++] = found;
    return 1;
}

static int take_next(struct softsgx_page_run *run, uint64_t leaf, uint64_t flags) {
    struct softsgx_enclave *enclave = run->enclave;
    uint64_t page = run->first + run->count;
    uint32_t found;
    if (page >= enclave->size / SOFTSGX_PAGE || softsgx_vma_of(enclave, page) != run->vma) return 0;
    // As the driver does it at the fault of the leaf.
    if ((epcm_at(enclave, page) & SOFTSGX_EPCM_VALID) == 0 && softsgx_try_augment(enclave, page) != 0) return 0;
    if (!softsgx_run_take(enclave, page, run->vma, &found)) return 0;
    uint32_t after = entry_after(leaf, flags, found);
    if (after == 0) {
        epcm_put(&enclave->epcm[page], found);
        return 0;
    }
    run->before[run->count] = found;
    run->after[run->count++] = after;
    return 1;
}

static void copy_run(const struct softsgx_page_run *run, const struct sources *sources) {
    uint64_t base = run->enclave->base;
    // One call instead of a fault of the host for each page; where it is not known they come one by one.
    kernel_call(SYS_madvise, (long)(base + run->first * SOFTSGX_PAGE), (long)(run->count * SOFTSGX_PAGE), MADV_POPULATE_WRITE, 0, 0);
    for (uint64_t i = 0; i < run->count; i++) {
        const void *from = (const void *)(base + (sources->first + i * sources->step) * SOFTSGX_PAGE);
        copy_words((void *)(base + (run->first + i) * SOFTSGX_PAGE), from, SOFTSGX_PAGE);
    }
}

// How many pages are done; the others are as they were.
static uint64_t change(struct softsgx_page_run *run, const struct sources *sources) {
    int copying = sources != NULL;
    if (run->count == 0) return 0;
    if (copying && softsgx_protect(run->enclave, run->first, run->count, BOTH) != 0) return 0;
    if (copying) copy_run(run, sources);
    uint64_t done = softsgx_run_change_rights(run, copying);
    if (copying && done < run->count) softsgx_protect(run->enclave, run->first + done, run->count - done, 0);
    return done;
}

static int is_page(const struct softsgx_enclave *enclave, uint64_t address) {
    return address % SOFTSGX_PAGE == 0 && softsgx_contains(enclave, address);
}

// What comes before any page is looked at, since looking may add one.
static int has_pages(struct softsgx_leaf *leaf) {
    const struct softsgx_enclave *enclave = leaf->enclave;
    if (softsgx_leaf_place(leaf, leaf->rbx, SECINFO_BYTES) != LEAF_DONE || !is_page(enclave, leaf->rcx)) return 0;
    return leaf->rax != SOFTSGX_EACCEPTCOPY || is_page(enclave, leaf->rdx);
}

// The first page of a run, where nobody has to wait for anything.
static int is_mapped(struct softsgx_enclave *enclave, uint64_t address, uint32_t access) {
    uint32_t code;
    return softsgx_walk(enclave, address, access, &code) == VERDICT_ALLOWED;
}

static int begin_sources(struct softsgx_enclave *enclave, struct sources *sources, uint64_t address, uint64_t step) {
    if ((step != 0 && step != SOFTSGX_PAGE) || !is_mapped(enclave, address, ACCESS_READ)) return 0;
    sources->first = (address - enclave->base) / SOFTSGX_PAGE;
    sources->step = step / SOFTSGX_PAGE;
    sources->vma = softsgx_vma_of(enclave, sources->first);
    sources->count = 0;
    return 1;
}

uint64_t softsgx_leaf_run(struct softsgx_leaf *leaf, uint64_t step, uint64_t pages) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint64_t flags;
    struct softsgx_page_run run;
    struct sources sources;
    int copying = leaf->rax == SOFTSGX_EACCEPTCOPY;
    if (enclave->alias != 0 || !has_pages(leaf)) return 0;
    if (softsgx_read_secinfo(leaf, &flags) != LEAF_DONE || !is_for_runs(leaf->rax, flags)) return 0;
    if (!is_mapped(enclave, leaf->rcx, copying ? BOTH : ACCESS_READ)) return 0;
    if (copying && !begin_sources(enclave, &sources, leaf->rdx, step)) return 0;
    softsgx_run_begin(&run, enclave, (leaf->rcx - enclave->base) / SOFTSGX_PAGE);
    while (run.count < pages && run.count < MOST_RUN_PAGES) {
        if (copying && !take_source(enclave, &sources)) break;
        if (!take_next(&run, leaf->rax, flags)) break;
    }
    uint64_t done = change(&run, copying ? &sources : NULL);
    for (uint64_t i = 0; copying && i < sources.count; i++) epcm_put(&enclave->epcm[sources.first + i], sources.entries[i]);
    softsgx_run_end(&run, done);
    return done;
}
#pragma clang attribute pop
