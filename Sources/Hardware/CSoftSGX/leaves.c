// ENCLU that trapped: inside the enclave (any leaf that is not patched), or outside (EENTER and ERESUME of an unknown host).
#define _GNU_SOURCE
#include <string.h>

#include "epcm.h"

enum { FLAG_CF = 1, FLAG_PF = 4, FLAG_AF = 16, FLAG_ZF = 64, FLAG_SF = 128, FLAG_OF = 2048 };

struct call {
    struct softsgx_thread *thread;
    ucontext_t *context;
    struct softsgx_bases *bases;
    greg_t *registers;
    struct softsgx_exception exception;
};

// Each does its work and gives 1, or fills in the exception and gives 0.
typedef int (*leaf_function)(struct call *);

static int fault(struct call *call, uint32_t vector, uint64_t address, uint32_t error_code) {
    call->exception.present = 1;
    call->exception.vector = vector;
    call->exception.address = address;
    call->exception.error_code = error_code;
    return 0;
}

// An operand of an ENCLU leaf: inside the enclave, aligned, on a regular page with the rights.
static int operand(struct call *call, uint64_t address, uint64_t bytes, int writing) {
    const struct softsgx_enclave *enclave = call->thread->enclave;
    if (address % bytes != 0 || !softsgx_contains(enclave, address)) return fault(call, VECTOR_GP, 0, 0);
    uint32_t entry = softsgx_epcm_at(enclave, address);
    uint32_t wanted = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_READ | (writing ? SOFTSGX_EPCM_WRITE : 0);
    if ((entry & wanted) != wanted || epcm_type(entry) != SOFTSGX_PAGE_REG) {
        return fault(call, VECTOR_PF, address, writing ? 0x8007 : 0x8005);
    }
    return 1;
}

static void set_result(struct call *call, int code) {
    call->registers[REG_EFL] &= ~(greg_t)(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF);
    if (code != 0) call->registers[REG_EFL] |= FLAG_ZF;
    call->registers[REG_RAX] = code;
}

static int ereport(struct call *call) {
    uint64_t target = call->registers[REG_RBX], data = call->registers[REG_RCX], output = call->registers[REG_RDX];
    if (!operand(call, target, 512, 0) || !operand(call, data, 128, 0) || !operand(call, output, 512, 1)) return 0;
    const struct softsgx_enclave *enclave = call->thread->enclave;
    uint8_t copy[512], report_data[64], report[432];
    memcpy(copy, (const void *)target, sizeof copy);
    memcpy(report_data, (const void *)data, sizeof report_data);
    int result = sgx_ereport(enclave->root_key, &enclave->identity, copy, report_data, enclave->report_key_id, report);
    if (result != 0) return fault(call, VECTOR_GP, 0, 0);
    memcpy((void *)output, report, sizeof report);
    call->registers[REG_EFL] &= ~(greg_t)(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF);
    return 1;
}

static int egetkey(struct call *call) {
    uint64_t request = call->registers[REG_RBX], output = call->registers[REG_RCX];
    if (!operand(call, request, 512, 0) || !operand(call, output, 16, 1)) return 0;
    const struct softsgx_enclave *enclave = call->thread->enclave;
    uint8_t copy[512], key[16];
    memcpy(copy, (const void *)request, sizeof copy);
    int result = sgx_egetkey(enclave->root_key, &enclave->identity, copy, key);
    if (result < 0) return fault(call, VECTOR_GP, 0, 0);
    if (result == 0) memcpy((void *)output, key, sizeof key);
    memset(key, 0, sizeof key);
    __asm__ volatile("" ::"r"(key) : "memory");
    set_result(call, result);
    return 1;
}

static int eexit(struct call *call) {
    struct softsgx_thread *thread = call->thread;
    struct softsgx_tcs *tcs = thread->tcs;
    uint64_t target = call->registers[REG_RBX];
    // Hardware reads abort-page values from ELRANGE then; we refuse, as the code there would run in no mode that exists.
    if (!softsgx_is_canonical(target) || softsgx_contains(thread->enclave, target)) return fault(call, VECTOR_GP, 0, 0);
    call->registers[REG_RIP] = target;
    call->registers[REG_RCX] = tcs->aep;
    softsgx_init_xsave(call->context, softsgx_xcr0() & 0xff);
    call->bases->fs = thread->host_fs;
    call->bases->gs = thread->host_gs;
    thread->in_enclave = 0;
    __atomic_store_n(&tcs->thread, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&tcs->busy, 0, __ATOMIC_RELEASE);
    return 1;
}

static const leaf_function inside[] = {
    [SOFTSGX_EREPORT] = ereport,
    [SOFTSGX_EGETKEY] = egetkey,
    [SOFTSGX_EEXIT] = eexit,
};

void softsgx_enclu_inside(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, uint32_t length) {
    struct call call = {thread, context, bases, context->uc_mcontext.gregs, {0, 0, 0, 0}};
    uint32_t leaf = (uint32_t)call.registers[REG_RAX];
    int known = leaf < sizeof inside / sizeof inside[0] && inside[leaf] != NULL;
    if (known ? inside[leaf](&call) : fault(&call, VECTOR_GP, 0, 0)) {
        if (thread->in_enclave) call.registers[REG_RIP] += length;
        return;
    }
    softsgx_aex(thread, context, bases, &call.exception);
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

static int fault_outside(greg_t *registers, uint32_t leaf, uint32_t vector) {
    if (registers[REG_RIP] != (greg_t)(uintptr_t)softsgx_enclu_site) return 0;
    registers[REG_RAX] = leaf;
    registers[REG_RDI] = vector;
    registers[REG_RSI] = registers[REG_RDX] = registers[REG_R8] = 0;
    registers[REG_RIP] = (greg_t)(uintptr_t)softsgx_exception_return;
    return 1;
}

int softsgx_enclu_outside(struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases) {
    greg_t *registers = context->uc_mcontext.gregs;
    uint32_t leaf = (uint32_t)registers[REG_RAX];
    if (leaf != SOFTSGX_EENTER && leaf != SOFTSGX_ERESUME) return 0;
    uint64_t tcs = registers[REG_RBX], aep = registers[REG_RCX], rsp = registers[REG_RSP], rbp = registers[REG_RBP];
    uint32_t vector = leaf == SOFTSGX_EENTER ? softsgx_eenter(thread, tcs, aep, rsp, rbp)
                                             : softsgx_eresume(thread, tcs, aep, rsp, rbp);
    if (vector != 0) return fault_outside(registers, leaf, vector);
    if (leaf == SOFTSGX_EENTER) {
        registers[REG_RAX] = thread->cssa;
        registers[REG_RCX] = registers[REG_RIP] + ENCLU_BYTES;
        registers[REG_RIP] = thread->target_rip;
    } else {
        load_registers(registers, thread->frame);
        softsgx_load_xsave(context, thread->xsave, thread->xfrm);
    }
    bases->fs = thread->target_fs;
    bases->gs = thread->target_gs;
    thread->in_enclave = 1;
    return 1;
}
