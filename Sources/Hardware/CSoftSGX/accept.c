// EACCEPT, EMODPE and EACCEPTCOPY: the enclave's side of dynamic memory (SDM, volume 3D, chapter 41.4).
#define _GNU_SOURCE
#include <errno.h>

#include "accept.h"
#include "general.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

enum { SGX_NOT_TRACKED = 11 };
enum { SECINFO_KNOWN = EPCM_RIGHTS | EPCM_STATE | 0xff << SOFTSGX_EPCM_TYPE_SHIFT };

enum softsgx_leaf_end softsgx_read_secinfo(struct softsgx_leaf *leaf, uint64_t *flags) {
    uint64_t words[SECINFO_BYTES / 8];
    enum softsgx_leaf_end end = softsgx_leaf_read(leaf, leaf->rbx, words, sizeof words);
    if (end != LEAF_DONE) return end;
    uint64_t reserved = words[0] & ~(uint64_t)SECINFO_KNOWN;
    for (int i = 1; i < SECINFO_BYTES / 8; i++) reserved |= words[i];
    if (reserved != 0) return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    *flags = words[0];
    return LEAF_DONE;
}

static enum softsgx_leaf_end finish(struct softsgx_leaf *leaf, uint32_t code) {
    leaf->rax = code;
    leaf->sets_flags = 1;
    return LEAF_DONE;
}

// A thread that is still inside with the TCS would have been made to leave before the page may go.
static int is_entered(const struct softsgx_enclave *enclave, uint64_t page, uint32_t entry) {
    uint32_t number = entry >> 16;
    if (number == 0 || number == SOFTSGX_GS_SHARED) return 0;
    const struct softsgx_tcs *tcs = &enclave->tcs[number - 1];
    return tcs->offset == page * SOFTSGX_PAGE && __atomic_load_n(&tcs->busy, __ATOMIC_ACQUIRE) != 0;
}

// The page is taken. From now on it is a TCS: its record is made from what it holds.
static enum softsgx_leaf_end accept_tcs(struct softsgx_leaf *leaf, uint64_t page, uint32_t found, uint32_t state) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint32_t *entry = &enclave->epcm[page];
    uint8_t *memory = softsgx_reach(enclave, page, found, ACCESS_READ);
    int64_t number = memory == NULL ? -ENOMEM : softsgx_make_tcs(enclave, page * SOFTSGX_PAGE, memory, 1);
    if (memory != NULL) softsgx_unreach(enclave, page, found, ACCESS_READ);
    if (number < 0) {
        epcm_put(entry, found);
        return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    }
    epcm_put_whole(entry, (state & EPCM_LOW) | (uint32_t)number << 16);
    return finish(leaf, 0);
}

// The page is taken and given back.
static enum softsgx_leaf_end accept_taken(struct softsgx_leaf *leaf, uint64_t page, uint32_t found, uint64_t flags) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint32_t *entry = &enclave->epcm[page];
    if (!has_page_of_enclave(found)) {
        uint32_t code;
        epcm_put(entry, found);
        softsgx_epcm_allows(0, ACCESS_READ, &code);
        return softsgx_leaf_fault(leaf, VECTOR_PF, leaf->rcx, code);
    }
    uint32_t code = 0;
    if (!is_as_told(found, flags)) code = SOFTSGX_PAGE_ATTRIBUTES_MISMATCH;
    else if (epcm_type(found) == SOFTSGX_PAGE_TRIM && is_entered(enclave, page, found)) code = SGX_NOT_TRACKED;
    if (code != 0) {
        epcm_put(entry, found);
        return finish(leaf, code);
    }
    uint32_t state = accepted(found);
    if (epcm_type(state) == SOFTSGX_PAGE_TCS) {
        if (!leaf->in_gate) return accept_tcs(leaf, page, found, state);
        epcm_put(entry, found);
        return LEAF_AGAIN;
    }
    int result = softsgx_apply(enclave, page, found, state);
    epcm_put(entry, result == 0 ? state : found);
    // The host could not give the page its rights (too many mappings): as if the page were not there.
    if (result != 0) return softsgx_leaf_fault(leaf, VECTOR_PF, leaf->rcx, 4);
    return finish(leaf, 0);
}

enum softsgx_leaf_end softsgx_eaccept(struct softsgx_leaf *leaf) {
    uint64_t flags;
    enum softsgx_leaf_end end = softsgx_leaf_place(leaf, leaf->rbx, SECINFO_BYTES);
    if (end == LEAF_DONE) end = softsgx_read_secinfo(leaf, &flags);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, leaf->rcx, SOFTSGX_PAGE);
    if (end == LEAF_DONE) end = softsgx_leaf_walk(leaf, leaf->rcx, ACCESS_READ);
    if (end != LEAF_DONE) return end;
    if (!is_acceptable(flags)) return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    uint64_t page = (leaf->rcx - leaf->enclave->base) / SOFTSGX_PAGE;
    uint32_t found;
    if (!epcm_take(&leaf->enclave->epcm[page], &found)) return LEAF_AGAIN;
    return accept_taken(leaf, page, found, flags);
}

enum softsgx_leaf_end softsgx_emodpe(struct softsgx_leaf *leaf) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint64_t flags;
    enum softsgx_leaf_end end = softsgx_leaf_place(leaf, leaf->rbx, SECINFO_BYTES);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, leaf->rcx, SOFTSGX_PAGE);
    if (end == LEAF_DONE) end = softsgx_leaf_walk(leaf, leaf->rbx, ACCESS_READ);
    if (end == LEAF_DONE) end = softsgx_leaf_walk(leaf, leaf->rcx, ACCESS_READ);
    if (end == LEAF_DONE) end = softsgx_read_secinfo(leaf, &flags);
    if (end != LEAF_DONE) return end;
    uint64_t page = (leaf->rcx - enclave->base) / SOFTSGX_PAGE;
    uint32_t found, code;
    if (!epcm_take(&enclave->epcm[page], &found)) return LEAF_AGAIN;
    if (!softsgx_epcm_allows(found, 0, &code)) {
        epcm_put(&enclave->epcm[page], found);
        return softsgx_leaf_fault(leaf, VECTOR_PF, leaf->rcx, code);
    }
    uint32_t rights = (found | (uint32_t)flags) & EPCM_RIGHTS;
    if (is_written_only(rights)) {
        epcm_put(&enclave->epcm[page], found);
        return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    }
    int result = softsgx_apply(enclave, page, found, found | rights);
    epcm_put(&enclave->epcm[page], result == 0 ? found | rights : found);
    return result == 0 ? LEAF_DONE : softsgx_leaf_fault(leaf, VECTOR_PF, leaf->rcx, 4);
}

// Both pages are taken and given back.
static enum softsgx_leaf_end copy_taken(
    struct softsgx_leaf *leaf, uint64_t target, uint32_t before, uint64_t source, uint32_t from, uint64_t flags) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint32_t state = copied(before, flags);
    uint8_t *output = softsgx_reach(enclave, target, before, ACCESS_READ | ACCESS_WRITE);
    const uint8_t *input = softsgx_reach(enclave, source, from, ACCESS_READ);
    int done = output != NULL && input != NULL;
    if (done) copy_words(output, input, SOFTSGX_PAGE);
    if (input != NULL) softsgx_unreach(enclave, source, from, ACCESS_READ);
    epcm_put(&enclave->epcm[source], from);
    if (done) done = softsgx_unreach_as(enclave, target, before, state) == 0;
    else if (output != NULL) softsgx_unreach(enclave, target, before, ACCESS_READ | ACCESS_WRITE);
    epcm_put(&enclave->epcm[target], done ? state : before);
    return done ? finish(leaf, 0) : softsgx_leaf_fault(leaf, VECTOR_PF, leaf->rcx, 6);
}

enum softsgx_leaf_end softsgx_eacceptcopy(struct softsgx_leaf *leaf) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint64_t flags;
    enum softsgx_leaf_end end = softsgx_leaf_place(leaf, leaf->rbx, SECINFO_BYTES);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, leaf->rcx, SOFTSGX_PAGE);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, leaf->rdx, SOFTSGX_PAGE);
    if (end == LEAF_DONE) end = softsgx_leaf_walk(leaf, leaf->rbx, ACCESS_READ);
    if (end == LEAF_DONE) end = softsgx_leaf_walk(leaf, leaf->rcx, ACCESS_READ | ACCESS_WRITE);
    if (end == LEAF_DONE) end = softsgx_leaf_walk(leaf, leaf->rdx, ACCESS_READ);
    if (end == LEAF_DONE) end = softsgx_read_secinfo(leaf, &flags);
    if (end != LEAF_DONE) return end;
    if (is_written_only(flags) || type_in(flags) != SOFTSGX_PAGE_REG) return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    uint64_t target = (leaf->rcx - enclave->base) / SOFTSGX_PAGE, source = (leaf->rdx - enclave->base) / SOFTSGX_PAGE;
    uint32_t from, before, code;
    if (!epcm_take(&enclave->epcm[source], &from)) return LEAF_AGAIN;
    if (!softsgx_epcm_allows(from, ACCESS_READ, &code)) {
        epcm_put(&enclave->epcm[source], from);
        return softsgx_leaf_fault(leaf, VECTOR_PF, leaf->rdx, code);
    }
    // The same page twice is readable, hence not pending.
    int taken = target != source && epcm_take(&enclave->epcm[target], &before);
    if (target == source || (taken && !is_fresh(before))) {
        if (taken) epcm_put(&enclave->epcm[target], before);
        epcm_put(&enclave->epcm[source], from);
        return finish(leaf, SOFTSGX_PAGE_ATTRIBUTES_MISMATCH);
    }
    if (!taken) {
        epcm_put(&enclave->epcm[source], from);
        return LEAF_AGAIN;
    }
    return copy_taken(leaf, target, before, source, from, flags);
}
#pragma clang attribute pop
