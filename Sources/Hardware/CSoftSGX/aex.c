// The asynchronous enclave exit (SDM, volume 3D, chapter 40).
#define _GNU_SOURCE
#include <string.h>

#include "epcm.h"
#include "faults.h"
#include "softsgx.h"

static uint32_t exit_information(const struct softsgx_enclave *enclave, const struct softsgx_exception *exception) {
    if (!exception->present) return 0;
    uint32_t type = exception->vector == VECTOR_BP ? EXIT_SOFTWARE : EXIT_HARDWARE;
    uint32_t information = 1u << 31 | type << 8 | exception->vector;
    switch (exception->vector) {
    case VECTOR_DE:
    case VECTOR_DB:
    case VECTOR_BP:
    case VECTOR_UD:
    case VECTOR_MF:
    case VECTOR_AC:
    case VECTOR_XM:
        return information;
    case VECTOR_GP:
    case VECTOR_PF:
        return (enclave->misc_select & 1) != 0 ? information : 0;
    default:
        return 0;
    }
}

static void store_registers(
    struct softsgx_gprsgx *to, const greg_t *from, const struct softsgx_bases *bases) {
    to->rax = from[REG_RAX];
    to->rcx = from[REG_RCX];
    to->rdx = from[REG_RDX];
    to->rbx = from[REG_RBX];
    to->rsp = from[REG_RSP];
    to->rbp = from[REG_RBP];
    to->rsi = from[REG_RSI];
    to->rdi = from[REG_RDI];
    to->r8 = from[REG_R8];
    to->r9 = from[REG_R9];
    to->r10 = from[REG_R10];
    to->r11 = from[REG_R11];
    to->r12 = from[REG_R12];
    to->r13 = from[REG_R13];
    to->r14 = from[REG_R14];
    to->r15 = from[REG_R15];
    to->rflags = from[REG_EFL];
    to->rip = from[REG_RIP];
    to->fsbase = bases->fs;
    to->gsbase = bases->gs;
}

// What the host may see: the synthetic state, and nothing of the enclave in any other register.
static void make_synthetic(
    greg_t *registers, const struct softsgx_enclave *enclave, const struct softsgx_tcs *tcs, const struct softsgx_gprsgx *frame) {
    for (int i = REG_R8; i <= REG_RCX; i++) registers[i] = 0;
    registers[REG_RAX] = SOFTSGX_ERESUME;
    registers[REG_RBX] = enclave->base + tcs->offset;
    registers[REG_RCX] = tcs->aep;
    registers[REG_RSP] = frame->ursp;
    registers[REG_RBP] = frame->urbp;
    registers[REG_RIP] = tcs->aep;
    registers[REG_EFL] = 0x202;
}

// Only our own entry code has a place for exceptions to return to; to any other the signal is delivered at its exit pointer.
static void report(greg_t *registers, uint64_t rip, uint64_t aep, const struct softsgx_exception *exception) {
    registers[REG_RDI] = exception->vector;
    registers[REG_RSI] = exception->error_code;
    registers[REG_RDX] = exception->address & ~(uint64_t)(SOFTSGX_PAGE - 1);
    registers[REG_R8] = rip;
    int vdso = aep == (uintptr_t)softsgx_vdso_aep;
    registers[REG_RIP] = (greg_t)(uintptr_t)(vdso ? softsgx_vdso_exception : softsgx_exception_return);
}

// Pages of a frame, taken: its pages may have lost every right since the entry, and are written all the same.
struct frame {
    struct softsgx_enclave *enclave;
    uint64_t first;
    uint64_t pages;
    uint32_t entries[SOFTSGX_MOST_FRAME_PAGES];
    uint8_t *memory;
};

static void take_frame(struct frame *frame, struct softsgx_enclave *enclave, uint64_t offset) {
    frame->enclave = enclave;
    frame->first = offset / SOFTSGX_PAGE;
    frame->pages = enclave->ssa_frame_bytes / SOFTSGX_PAGE;
    frame->memory = NULL;
    for (uint64_t i = frame->pages; i-- > 0;) {
        uint64_t page = frame->first + i;
        frame->entries[i] = epcm_take_waiting(&enclave->epcm[page]);
        frame->memory = softsgx_reach(enclave, page, frame->entries[i], ACCESS_READ | ACCESS_WRITE);
    }
}

static void give_frame_back(struct frame *frame) {
    for (uint64_t i = 0; i < frame->pages; i++) {
        softsgx_unreach(frame->enclave, frame->first + i, frame->entries[i], ACCESS_READ | ACCESS_WRITE);
        epcm_put(&frame->enclave->epcm[frame->first + i], frame->entries[i]);
    }
}

int softsgx_is_our_pointer(uint64_t aep) {
    return aep == (uintptr_t)softsgx_aep || aep == (uintptr_t)softsgx_enclu_site || aep == (uintptr_t)softsgx_vdso_aep;
}

int softsgx_aex(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, const struct softsgx_exception *exception) {
    struct softsgx_enclave *enclave = thread->enclave;
    struct softsgx_tcs *tcs = thread->tcs;
    greg_t *registers = context->uc_mcontext.gregs;
    uint64_t rip = registers[REG_RIP];
    struct frame frame;
    take_frame(&frame, enclave, tcs->ossa + (uint64_t)tcs->cssa * enclave->ssa_frame_bytes);
    struct softsgx_gprsgx *saved =
        (struct softsgx_gprsgx *)(frame.memory + enclave->ssa_frame_bytes - sizeof(struct softsgx_gprsgx));
    softsgx_store_xsave(context, frame.memory, enclave);
    store_registers(saved, registers, bases);
    saved->exitinfo = exit_information(enclave, exception);
    if (saved->exitinfo != 0 && (exception->vector == VECTOR_PF || exception->vector == VECTOR_GP)) {
        struct softsgx_exinfo *information = (struct softsgx_exinfo *)saved - 1;
        memset(information, 0, sizeof *information);
        information->maddr = exception->vector == VECTOR_PF ? exception->address : 0;
        information->errcd = exception->error_code;
    }
    make_synthetic(registers, enclave, tcs, saved);
    give_frame_back(&frame);
    int ours = softsgx_is_our_pointer(tcs->aep);
    if (exception->present && ours) report(registers, rip, tcs->aep, exception);
    softsgx_init_xsave(context, enclave->xfrm);
    bases->fs = thread->exit_fs;
    bases->gs = thread->exit_gs;
    thread->in_enclave = THREAD_OUTSIDE;
    thread->claimed = NULL;
    tcs->cssa += 1;
    __atomic_store_n(&tcs->thread, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&tcs->busy, 0, __ATOMIC_RELEASE);
    return ours;
}
