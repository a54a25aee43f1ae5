// EENTER and ERESUME: the checks and the state they prepare (SDM, volume 3D, chapter 41.4).
#define _GNU_SOURCE
#include "epcm.h"
#include "faults.h"
#include "kernel.h"
#include "softsgx.h"

// The enclave at an address; the one the thread was in last is asked first.
static struct softsgx_enclave *find_enclave(struct softsgx_thread *thread, uint64_t address) {
    uint64_t generation = __atomic_load_n(&softsgx_generation, __ATOMIC_ACQUIRE);
    struct softsgx_enclave *enclave = thread->enclave;
    if (enclave != NULL && thread->generation == generation && softsgx_contains(enclave, address)) return enclave;
    enclave = softsgx_find(address);
    thread->enclave = enclave;
    thread->generation = generation;
    return enclave;
}

static struct softsgx_tcs *find_tcs(struct softsgx_enclave *enclave, uint64_t address) {
    uint32_t entry = softsgx_epcm_at(enclave, address);
    uint32_t wanted = SOFTSGX_EPCM_VALID | SOFTSGX_PAGE_TCS << SOFTSGX_EPCM_TYPE_SHIFT;
    uint32_t looked = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED | 7 << SOFTSGX_EPCM_TYPE_SHIFT;
    return (entry & looked) == wanted ? &enclave->tcs[(entry >> 16) - 1] : NULL;
}

static uint32_t page_fault(struct softsgx_thread *thread, uint64_t address, uint32_t code) {
    thread->fault_address = address;
    thread->fault_code = code;
    return VECTOR_PF;
}

static uint32_t protection_fault(struct softsgx_thread *thread) {
    thread->fault_address = thread->fault_code = 0;
    return VECTOR_GP;
}

enum { BOTH = ACCESS_READ | ACCESS_WRITE };

// Not in a handler: signals are blocked only where the page has to be added.
static enum softsgx_verdict walk(struct softsgx_enclave *enclave, uint64_t address, uint32_t *code) {
    uint32_t entry = epcm_at(enclave, (address - enclave->base) / SOFTSGX_PAGE);
    if ((entry & SOFTSGX_EPCM_VALID) != 0) return softsgx_walk(enclave, address, BOTH, code);
    uint64_t mask;
    kernel_block_signals(&mask);
    enum softsgx_verdict verdict = softsgx_walk(enclave, address, BOTH, code);
    kernel_restore_signals(&mask);
    return verdict;
}

// The frame's pages must be there, regular, readable and writable, for the process too. The processor remembers where they lie: an
// exit writes to them whatever becomes of their rights.
static uint32_t check_frame(struct softsgx_thread *thread, struct softsgx_enclave *enclave, uint64_t offset) {
    for (uint64_t page = 0; page < enclave->ssa_frame_bytes; page += SOFTSGX_PAGE) {
        uint64_t address = enclave->base + offset + page;
        uint32_t code;
        if (offset + page >= enclave->size) return page_fault(thread, address, 4);
        if (walk(enclave, address, &code) != VERDICT_ALLOWED) return page_fault(thread, address, code);
        if (!softsgx_epcm_allows(softsgx_epcm_at(enclave, address), BOTH, &code)) return page_fault(thread, address, code);
    }
    return 0;
}

static uint8_t *frame_at(const struct softsgx_enclave *enclave, uint64_t offset) {
    return (uint8_t *)((enclave->alias != 0 ? enclave->alias : enclave->base) + offset);
}

static uint64_t frame_offset(const struct softsgx_enclave *enclave, const struct softsgx_tcs *tcs, uint32_t number) {
    return tcs->ossa + (uint64_t)number * enclave->ssa_frame_bytes;
}

// What EENTER demands of a TCS beyond its page, whoever wrote the page.
static int is_enterable(const struct softsgx_enclave *enclave, const struct softsgx_tcs *tcs) {
    return (tcs->flags & ~(uint64_t)3) == 0 && tcs->ossa % SOFTSGX_PAGE == 0 && tcs->ofsbase % SOFTSGX_PAGE == 0 &&
           tcs->ogsbase % SOFTSGX_PAGE == 0 && softsgx_is_canonical(enclave->base + tcs->ofsbase) &&
           softsgx_is_canonical(enclave->base + tcs->ogsbase) && tcs->oentry < enclave->size;
}

static struct softsgx_gprsgx *registers_of(const struct softsgx_enclave *enclave, uint8_t *frame) {
    return (struct softsgx_gprsgx *)(frame + enclave->ssa_frame_bytes - sizeof(struct softsgx_gprsgx));
}

enum { CSSA_UNCHANGED = ~0u };

// Tells this thread from all others that may enter, those of forked children included.
static uint32_t mark_of(const struct softsgx_thread *thread) {
    uint32_t block = (uint32_t)((uintptr_t)thread / SOFTSGX_STACK_BYTES);
    // Addresses of blocks differ in their low 31 bits; the lowest bit says that it is not nobody.
    return (block ^ (uint32_t)softsgx_process() * 0x9e3779b1u) << 1 | 1;
}

static int take(struct softsgx_thread *thread, struct softsgx_tcs *tcs) {
    uint32_t nobody = 0;
    return __atomic_compare_exchange_n(&tcs->busy, &nobody, mark_of(thread), 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static uint32_t give_back(struct softsgx_thread *thread, struct softsgx_tcs *tcs, uint32_t vector) {
    // In this order: a signal in between must not give the entry up and leave the TCS taken.
    __atomic_store_n(&tcs->busy, 0, __ATOMIC_RELEASE);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    thread->claimed = NULL;
    return vector;
}

void softsgx_abandon_entry(struct softsgx_thread *thread) {
    struct softsgx_tcs *tcs = thread->claimed;
    thread->in_enclave = THREAD_OUTSIDE;
    thread->claimed = NULL;
    if (tcs == NULL || __atomic_load_n(&tcs->busy, __ATOMIC_ACQUIRE) != mark_of(thread)) return;
    if (thread->claimed_cssa != CSSA_UNCHANGED) tcs->cssa = thread->claimed_cssa;
    __atomic_store_n(&tcs->thread, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&tcs->busy, 0, __ATOMIC_RELEASE);
}

// The TCS at the address, claimed for an entry or resumption; NULL with the exception.
static struct softsgx_tcs *claim(struct softsgx_thread *thread, uint64_t address, uint64_t aep, uint32_t *vector) {
    *vector = protection_fault(thread);
    if (address % SOFTSGX_PAGE != 0) return NULL;
    struct softsgx_enclave *enclave = find_enclave(thread, address);
    if (enclave == NULL) {
        *vector = page_fault(thread, address, 4);
        return NULL;
    }
    uint32_t code;
    if (walk(enclave, address, &code) != VERDICT_ALLOWED) {
        *vector = page_fault(thread, address, code);
        return NULL;
    }
    if (!softsgx_is_canonical(aep)) return NULL;
    struct softsgx_tcs *tcs = find_tcs(enclave, address);
    if (tcs == NULL) {
        softsgx_epcm_allows(0, BOTH, &code);
        *vector = page_fault(thread, address, code);
        return NULL;
    }
    if (!enclave->initialised || !is_enterable(enclave, tcs) || softsgx_arm(thread, enclave) != 0) return NULL;
    // In this order: a signal may end the entry at any instant.
    thread->claimed_cssa = CSSA_UNCHANGED;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    thread->claimed = tcs;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (take(thread, tcs)) return tcs;
    thread->claimed = NULL;
    return NULL;
}

static void bind(struct softsgx_thread *thread, struct softsgx_tcs *tcs, uint64_t aep) {
    thread->tcs = tcs;
    thread->exit_fs = thread->host_fs;
    thread->exit_gs = thread->host_gs;
    tcs->aep = aep;
    __atomic_store_n(&tcs->thread, thread, __ATOMIC_RELEASE);
}

uint32_t softsgx_eenter(struct softsgx_thread *thread, uint64_t address, uint64_t aep, uint64_t rsp, uint64_t rbp) {
    uint32_t vector;
    struct softsgx_tcs *tcs = claim(thread, address, aep, &vector);
    if (tcs == NULL) return vector;
    struct softsgx_enclave *enclave = thread->enclave;
    if (tcs->cssa >= tcs->nssa) return give_back(thread, tcs, protection_fault(thread));
    uint64_t offset = frame_offset(enclave, tcs, tcs->cssa);
    vector = check_frame(thread, enclave, offset);
    if (vector != 0) return give_back(thread, tcs, vector);
    struct softsgx_gprsgx *registers = registers_of(enclave, frame_at(enclave, offset));
    registers->ursp = rsp;
    registers->urbp = rbp;
    thread->target_rip = enclave->base + tcs->oentry;
    thread->target_fs = enclave->base + tcs->ofsbase;
    thread->target_gs = enclave->base + tcs->ogsbase;
    thread->cssa = tcs->cssa;
    bind(thread, tcs, aep);
    return 0;
}

static int is_resumable(const struct softsgx_enclave *enclave, const struct softsgx_gprsgx *registers, const uint8_t *frame) {
    return softsgx_contains(enclave, registers->rip) && softsgx_is_canonical(registers->fsbase) &&
           softsgx_is_canonical(registers->gsbase) && softsgx_xsave_is_sound(frame, enclave->xfrm);
}

uint32_t softsgx_eresume(struct softsgx_thread *thread, uint64_t address, uint64_t aep, uint64_t rsp, uint64_t rbp) {
    uint32_t vector;
    struct softsgx_tcs *tcs = claim(thread, address, aep, &vector);
    if (tcs == NULL) return vector;
    struct softsgx_enclave *enclave = thread->enclave;
    if (tcs->cssa == 0) return give_back(thread, tcs, protection_fault(thread));
    uint64_t offset = frame_offset(enclave, tcs, tcs->cssa - 1);
    vector = check_frame(thread, enclave, offset);
    if (vector != 0) return give_back(thread, tcs, vector);
    uint8_t *frame = frame_at(enclave, offset);
    struct softsgx_gprsgx *registers = registers_of(enclave, frame);
    if (!is_resumable(enclave, registers, frame)) return give_back(thread, tcs, protection_fault(thread));
    registers->ursp = rsp;
    registers->urbp = rbp;
    thread->target_rip = registers->rip;
    thread->target_fs = registers->fsbase;
    thread->target_gs = registers->gsbase;
    thread->xsave = frame;
    thread->frame = registers;
    thread->restored = softsgx_restored();
    thread->claimed_cssa = tcs->cssa;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    tcs->cssa -= 1;
    bind(thread, tcs, aep);
    return 0;
}
