// ENCLU that trapped: inside the enclave (any leaf that is not patched), or outside (EENTER and ERESUME of an unknown host).
#define _GNU_SOURCE
#include <string.h>

#include "leaf.h"
#include "softsgx.h"

enum { FLAG_CF = 1, FLAG_PF = 4, FLAG_AF = 16, FLAG_ZF = 64, FLAG_SF = 128, FLAG_OF = 2048 };

static void set_flags(greg_t *registers, uint64_t code) {
    registers[REG_EFL] &= ~(greg_t)(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF);
    if (code != 0) registers[REG_EFL] |= FLAG_ZF;
}

static enum softsgx_leaf_end eexit(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, struct softsgx_leaf *leaf) {
    struct softsgx_tcs *tcs = thread->tcs;
    greg_t *registers = context->uc_mcontext.gregs;
    // Hardware reads abort-page values from ELRANGE then; we refuse, as the code there would run in no mode that exists.
    if (!softsgx_is_canonical(leaf->rbx) || softsgx_contains(thread->enclave, leaf->rbx)) {
        return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    }
    registers[REG_RIP] = leaf->rbx;
    registers[REG_RCX] = tcs->aep;
    softsgx_init_xsave(context, softsgx_xcr0() & 0xff);
    bases->fs = thread->exit_fs;
    bases->gs = thread->exit_gs;
    thread->in_enclave = THREAD_OUTSIDE;
    __atomic_store_n(&tcs->thread, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&tcs->busy, 0, __ATOMIC_RELEASE);
    return LEAF_DONE;
}

typedef enum softsgx_leaf_end (*leaf_function)(struct softsgx_leaf *);
static const leaf_function inside[] = {
    [SOFTSGX_EREPORT] = softsgx_ereport, [SOFTSGX_EGETKEY] = softsgx_egetkey, [SOFTSGX_EACCEPT] = softsgx_eaccept,
    [SOFTSGX_EMODPE] = softsgx_emodpe,   [SOFTSGX_EACCEPTCOPY] = softsgx_eacceptcopy,
};

int softsgx_enclu_inside(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, uint32_t length,
    struct softsgx_exception *exception) {
    greg_t *registers = context->uc_mcontext.gregs;
    struct softsgx_leaf leaf = {.enclave = thread->enclave, .rax = registers[REG_RAX], .rbx = registers[REG_RBX],
                                .rcx = registers[REG_RCX], .rdx = registers[REG_RDX]};
    uint32_t number = (uint32_t)leaf.rax;
    enum softsgx_leaf_end end;
    if (number == SOFTSGX_EEXIT) end = eexit(thread, context, bases, &leaf);
    else if (number < sizeof inside / sizeof inside[0] && inside[number] != NULL) end = inside[number](&leaf);
    else end = softsgx_leaf_fault(&leaf, VECTOR_GP, 0, 0);
    if (end == LEAF_FAULTED) {
        *exception = leaf.exception;
        return 0;
    }
    if (end == LEAF_DONE && number != SOFTSGX_EEXIT) {
        registers[REG_RAX] = (greg_t)leaf.rax;
        if (leaf.sets_flags) set_flags(registers, number == SOFTSGX_EREPORT ? 0 : leaf.rax);
        registers[REG_RIP] += length;
    }
    return 1;
}

static void load_registers(greg_t *to, const struct softsgx_gprsgx *from) {
    to[REG_RAX] = from->rax;
    to[REG_RCX] = from->rcx;
    to[REG_RDX] = from->rdx;
    to[REG_RBX] = from->rbx;
    to[REG_RSP] = from->rsp;
    to[REG_RBP] = from->rbp;
    to[REG_RSI] = from->rsi;
    to[REG_RDI] = from->rdi;
    to[REG_R8] = from->r8;
    to[REG_R9] = from->r9;
    to[REG_R10] = from->r10;
    to[REG_R11] = from->r11;
    to[REG_R12] = from->r12;
    to[REG_R13] = from->r13;
    to[REG_R14] = from->r14;
    to[REG_R15] = from->r15;
    to[REG_EFL] = from->rflags;
    to[REG_RIP] = from->rip;
}

// Where our own code executed ENCLU it has a place for the exception to go to.
static int fault_outside(struct softsgx_thread *thread, greg_t *registers, uint32_t leaf, uint32_t vector) {
    if (registers[REG_RIP] != (greg_t)(uintptr_t)softsgx_enclu_site) return 0;
    registers[REG_RAX] = leaf;
    registers[REG_RDI] = vector;
    registers[REG_RSI] = (greg_t)thread->fault_code;
    registers[REG_RDX] = (greg_t)thread->fault_address;
    registers[REG_R8] = 0;
    registers[REG_RIP] = (greg_t)(uintptr_t)softsgx_exception_return;
    return 1;
}

enum softsgx_outside softsgx_enclu_outside(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, struct softsgx_exception *exception) {
    greg_t *registers = context->uc_mcontext.gregs;
    uint32_t leaf = (uint32_t)registers[REG_RAX];
    uint64_t tcs = registers[REG_RBX], aep = registers[REG_RCX], rsp = registers[REG_RSP], rbp = registers[REG_RBP];
    uint32_t vector = leaf == SOFTSGX_EENTER ? softsgx_eenter(thread, tcs, aep, rsp, rbp)
                                             : softsgx_eresume(thread, tcs, aep, rsp, rbp);
    if (vector != 0) {
        if (fault_outside(thread, registers, leaf, vector)) return OUTSIDE_DONE;
        *exception = (struct softsgx_exception){1, vector, (uint32_t)thread->fault_code, 0, thread->fault_address};
        return OUTSIDE_FAULTED;
    }
    if (leaf == SOFTSGX_EENTER) {
        registers[REG_RAX] = thread->cssa;
        registers[REG_RCX] = registers[REG_RIP] + ENCLU_BYTES;
        registers[REG_RIP] = thread->target_rip;
    } else {
        load_registers(registers, thread->frame);
        softsgx_load_xsave(context, thread->xsave, thread->restored);
    }
    thread->exit_fs = bases->fs;
    thread->exit_gs = bases->gs;
    bases->fs = thread->target_fs;
    bases->gs = thread->target_gs;
    thread->in_enclave = THREAD_INSIDE;
    return OUTSIDE_DONE;
}
