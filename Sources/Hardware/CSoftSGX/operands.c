// Operands of ENCLU leaves.
#define _GNU_SOURCE
#include "epcm.h"
#include "faults.h"
#include "general.h"
#include "leaf.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

enum softsgx_leaf_end softsgx_leaf_fault(struct softsgx_leaf *leaf, uint32_t vector, uint64_t address, uint32_t code) {
    leaf->exception.present = 1;
    leaf->exception.vector = vector;
    leaf->exception.address = address;
    leaf->exception.error_code = code;
    return LEAF_FAULTED;
}

enum softsgx_leaf_end softsgx_leaf_place(struct softsgx_leaf *leaf, uint64_t address, uint64_t alignment) {
    if (address % alignment == 0 && softsgx_contains(leaf->enclave, address)) return LEAF_DONE;
    return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
}

static enum softsgx_leaf_end end_of(struct softsgx_leaf *leaf, enum softsgx_verdict verdict, uint64_t address, uint32_t code) {
    switch (verdict) {
    case VERDICT_ALLOWED: return LEAF_DONE;
    case VERDICT_AGAIN: return LEAF_AGAIN;
    case VERDICT_BUS_ERROR: leaf->exception.bus_error = 1; break;
    case VERDICT_FAULT: break;
    }
    return softsgx_leaf_fault(leaf, VECTOR_PF, address, code);
}

enum softsgx_leaf_end softsgx_leaf_walk(struct softsgx_leaf *leaf, uint64_t address, uint32_t access) {
    uint32_t code;
    enum softsgx_verdict verdict = softsgx_walk(leaf->enclave, address, access, &code);
    return end_of(leaf, verdict, address, code);
}

// While the page is taken nobody changes its rights under our hands.
static enum softsgx_leaf_end copy(
    struct softsgx_leaf *leaf, uint64_t address, void *local, uint32_t bytes, uint32_t access) {
    struct softsgx_enclave *enclave = leaf->enclave;
    uint32_t code;
    enum softsgx_verdict verdict = softsgx_judge(enclave, address, access, &code);
    if (verdict != VERDICT_ALLOWED) return end_of(leaf, verdict, address, code);
    uint64_t page = (address - enclave->base) / SOFTSGX_PAGE;
    uint32_t entry;
    if (!epcm_take(&enclave->epcm[page], &entry)) return LEAF_AGAIN;
    uint8_t *memory = softsgx_epcm_allows(entry, access, &code) ? softsgx_reach(enclave, page, entry, access) : NULL;
    if (memory != NULL) {
        uint8_t *operand = memory + address % SOFTSGX_PAGE;
        if ((access & ACCESS_WRITE) != 0) copy_words(operand, local, bytes);
        else copy_words(local, operand, bytes);
        softsgx_unreach(enclave, page, entry, access);
    }
    epcm_put(&enclave->epcm[page], entry);
    return memory != NULL ? LEAF_DONE : LEAF_AGAIN;
}

enum softsgx_leaf_end softsgx_leaf_read(struct softsgx_leaf *leaf, uint64_t address, void *to, uint32_t bytes) {
    return copy(leaf, address, to, bytes, ACCESS_READ);
}

enum softsgx_leaf_end softsgx_leaf_write(struct softsgx_leaf *leaf, uint64_t address, const void *from, uint32_t bytes) {
    return copy(leaf, address, (void *)(uintptr_t)from, bytes, ACCESS_READ | ACCESS_WRITE);
}
#pragma clang attribute pop
