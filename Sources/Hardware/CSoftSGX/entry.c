// EENTER and ERESUME: the checks and the state they prepare (SDM, volume 3D, chapter 41.4).
#define _GNU_SOURCE
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

// The frame's pages must be there, regular, readable and writable.
static uint8_t *find_frame(const struct softsgx_enclave *enclave, const struct softsgx_tcs *tcs, uint32_t number) {
    uint64_t offset = tcs->ossa + (uint64_t)number * enclave->ssa_frame_bytes;
    if (offset >= enclave->size || enclave->size - offset < enclave->ssa_frame_bytes) return NULL;
    for (uint64_t page = 0; page < enclave->ssa_frame_bytes; page += SOFTSGX_PAGE) {
        uint32_t entry = softsgx_epcm_at(enclave, enclave->base + offset + page);
        uint32_t wanted = SOFTSGX_EPCM_VALID | SOFTSGX_EPCM_READ | SOFTSGX_EPCM_WRITE | SOFTSGX_PAGE_REG << SOFTSGX_EPCM_TYPE_SHIFT;
        uint32_t looked = wanted | SOFTSGX_EPCM_PENDING | SOFTSGX_EPCM_MODIFIED | 7 << SOFTSGX_EPCM_TYPE_SHIFT;
        if ((entry & looked) != wanted) return NULL;
    }
    return (uint8_t *)(enclave->base + offset);
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

static int take(struct softsgx_tcs *tcs) { return __atomic_exchange_n(&tcs->busy, 1, __ATOMIC_ACQUIRE) == 0; }

static uint32_t give_back(struct softsgx_tcs *tcs, uint32_t vector) {
    __atomic_store_n(&tcs->busy, 0, __ATOMIC_RELEASE);
    return vector;
}

static void bind(struct softsgx_thread *thread, struct softsgx_tcs *tcs, uint64_t aep) {
    thread->tcs = tcs;
    tcs->aep = aep;
    __atomic_store_n(&tcs->thread, thread, __ATOMIC_RELEASE);
}

uint32_t softsgx_eenter(struct softsgx_thread *thread, uint64_t address, uint64_t aep, uint64_t rsp, uint64_t rbp) {
    if (address % SOFTSGX_PAGE != 0) return VECTOR_GP;
    struct softsgx_enclave *enclave = find_enclave(thread, address);
    if (enclave == NULL) return VECTOR_PF;
    if (!softsgx_is_canonical(aep)) return VECTOR_GP;
    struct softsgx_tcs *tcs = find_tcs(enclave, address);
    if (tcs == NULL) return VECTOR_PF;
    if (!enclave->initialised || !is_enterable(enclave, tcs) || softsgx_arm(thread, enclave) != 0 || !take(tcs)) return VECTOR_GP;
    if (tcs->cssa >= tcs->nssa) return give_back(tcs, VECTOR_GP);
    uint8_t *frame = find_frame(enclave, tcs, tcs->cssa);
    if (frame == NULL) return give_back(tcs, VECTOR_PF);
    struct softsgx_gprsgx *registers = registers_of(enclave, frame);
    registers->ursp = rsp;
    registers->urbp = rbp;
    thread->target_rip = enclave->base + tcs->oentry;
    thread->target_fs = enclave->base + tcs->ofsbase;
    thread->target_gs = enclave->base + tcs->ogsbase;
    thread->cssa = tcs->cssa;
    bind(thread, tcs, aep);
    return 0;
}

uint32_t softsgx_eresume(struct softsgx_thread *thread, uint64_t address, uint64_t aep, uint64_t rsp, uint64_t rbp) {
    if (address % SOFTSGX_PAGE != 0) return VECTOR_GP;
    struct softsgx_enclave *enclave = find_enclave(thread, address);
    if (enclave == NULL) return VECTOR_PF;
    if (!softsgx_is_canonical(aep)) return VECTOR_GP;
    struct softsgx_tcs *tcs = find_tcs(enclave, address);
    if (tcs == NULL) return VECTOR_PF;
    if (!enclave->initialised || !is_enterable(enclave, tcs) || softsgx_arm(thread, enclave) != 0 || !take(tcs)) return VECTOR_GP;
    if (tcs->cssa == 0) return give_back(tcs, VECTOR_GP);
    uint8_t *frame = find_frame(enclave, tcs, tcs->cssa - 1);
    if (frame == NULL) return give_back(tcs, VECTOR_PF);
    struct softsgx_gprsgx *registers = registers_of(enclave, frame);
    if (!softsgx_contains(enclave, registers->rip) || !softsgx_is_canonical(registers->fsbase) ||
        !softsgx_is_canonical(registers->gsbase) || !softsgx_xsave_is_sound(frame, enclave->xfrm)) {
        return give_back(tcs, VECTOR_GP);
    }
    registers->ursp = rsp;
    registers->urbp = rbp;
    thread->target_rip = registers->rip;
    thread->target_fs = registers->fsbase;
    thread->target_gs = registers->gsbase;
    thread->xsave = frame;
    thread->frame = registers;
    thread->xfrm = enclave->xfrm;
    tcs->cssa -= 1;
    bind(thread, tcs, aep);
    return 0;
}
