// The leaves of ENCLU that change or read the enclave and stay inside: values in, values out, for the trap and for the gate.
#pragma once

#include "softsgx.h"

// DONE, FAULTED (the exception is filled in), AGAIN (nothing happened: the instruction is executed once more).
enum softsgx_leaf_end { LEAF_DONE, LEAF_FAULTED, LEAF_AGAIN };

struct softsgx_leaf {
    struct softsgx_enclave *enclave;
    uint64_t rax;
    uint64_t rbx;
    uint64_t rcx;
    uint64_t rdx;
    uint32_t in_gate;     // what needs more than general registers is left to the trap
    uint32_t sets_flags;  // CF PF AF OF SF become 0, and ZF: whether RAX is a code
    struct softsgx_exception exception;
};

enum softsgx_leaf_end softsgx_ereport(struct softsgx_leaf *leaf);
enum softsgx_leaf_end softsgx_egetkey(struct softsgx_leaf *leaf);
enum softsgx_leaf_end softsgx_eaccept(struct softsgx_leaf *leaf);
enum softsgx_leaf_end softsgx_emodpe(struct softsgx_leaf *leaf);
enum softsgx_leaf_end softsgx_eacceptcopy(struct softsgx_leaf *leaf);
// EACCEPT, EMODPE or EACCEPTCOPY (`leaf->rax`) for up to `pages` pages from RCX on, as far as each simply succeeds: how many are done.
// RDX goes on by `step` bytes a page.
uint64_t softsgx_leaf_run(struct softsgx_leaf *leaf, uint64_t step, uint64_t pages);

// For the leaves themselves.
enum softsgx_leaf_end softsgx_leaf_fault(struct softsgx_leaf *leaf, uint32_t vector, uint64_t address, uint32_t code);
// #GP unless the operand lies inside the enclave, aligned.
enum softsgx_leaf_end softsgx_leaf_place(struct softsgx_leaf *leaf, uint64_t address, uint64_t alignment);
// What the page tables say.
enum softsgx_leaf_end softsgx_leaf_walk(struct softsgx_leaf *leaf, uint64_t address, uint32_t access);
// Copies an operand of whole words that lies in one regular page out of it, or into it.
enum softsgx_leaf_end softsgx_leaf_read(struct softsgx_leaf *leaf, uint64_t address, void *to, uint32_t bytes);
enum softsgx_leaf_end softsgx_leaf_write(struct softsgx_leaf *leaf, uint64_t address, const void *from, uint32_t bytes);
