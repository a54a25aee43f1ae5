// The leaves that the gate serves without a trap.
#define _GNU_SOURCE
#include "kernel.h"
#include "leaf.h"
#include "softsgx.h"

// Runs behind the gate too: see general.h.
#pragma clang attribute push(__attribute__((target("general-regs-only"))), apply_to = function)

static enum softsgx_leaf_end execute(struct softsgx_leaf *leaf, uint32_t number) {
    switch (number) {
    case SOFTSGX_EACCEPT: return softsgx_eaccept(leaf);
    case SOFTSGX_EMODPE: return softsgx_emodpe(leaf);
    default: return softsgx_eacceptcopy(leaf);
    }
}

// RAX afterwards, GATE_SILENT where it and the flags stay, or GATE_UNUSUAL: the instruction is executed again, by the trap. Signals
// are blocked as in a handler: the leaves take pages.
uint64_t softsgx_gate_leaf(struct softsgx_thread *thread, uint64_t number, uint64_t rbx, uint64_t rcx, uint64_t rdx) {
    struct softsgx_leaf leaf = {.enclave = thread->enclave, .rax = number, .rbx = rbx, .rcx = rcx, .rdx = rdx, .in_gate = 1};
    uint64_t mask;
    kernel_block_signals(&mask);
    enum softsgx_leaf_end end = execute(&leaf, (uint32_t)number);
    kernel_restore_signals(&mask);
    if (end != LEAF_DONE) return GATE_UNUSUAL;
    return leaf.sets_flags ? leaf.rax : GATE_SILENT;
}

static uint64_t run(struct softsgx_leaf *leaf, const struct softsgx_gate_loop *loop) {
    uint64_t mask;
    if (loop->rdi < 2) return 0;
    kernel_block_signals(&mask);
    uint64_t done = softsgx_leaf_run(leaf, loop->rsi, loop->rdi);
    kernel_restore_signals(&mask);
    return done;
}

// The same at a site whose loop goes on with the next page: all rounds but the last of those that are done are taken off its counter.
uint64_t softsgx_gate_run(
    struct softsgx_thread *thread, uint64_t number, uint64_t rbx, struct softsgx_gate_entered *entered,
    struct softsgx_gate_loop *loop) {
    if (number < SOFTSGX_EACCEPT || number > SOFTSGX_EACCEPTCOPY) return GATE_UNUSUAL;
    struct softsgx_leaf leaf = {
        .enclave = thread->enclave, .rax = number, .rbx = rbx, .rcx = entered->rcx, .rdx = entered->rdx, .in_gate = 1};
    uint64_t done = run(&leaf, loop);
    if (done == 0) return softsgx_gate_leaf(thread, number, rbx, entered->rcx, entered->rdx);
    entered->rcx += (done - 1) * SOFTSGX_PAGE;
    entered->rdx += (done - 1) * loop->rsi;
    loop->rdi -= done - 1;
    return number == SOFTSGX_EMODPE ? GATE_SILENT : 0;
}

#pragma clang attribute pop
