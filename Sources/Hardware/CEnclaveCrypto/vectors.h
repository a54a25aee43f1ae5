// What a function that uses xmm registers owes its caller.
#pragma once

#include <stdint.h>

#ifdef INCLAVARE_ENCLAVE

#if defined(__SSE__) || defined(__AVX__)
#error "with INCLAVARE_ENCLAVE compile with -mno-sse: only the workers, which name their target, may touch xmm registers"
#endif

// The worker spills to aligned stack slots; the enclave's dispatcher promises no alignment.
#define EC_ENTRY __attribute__((force_align_arg_pointer))

// Legacy SSE encodings leave the upper halves of ymm and zmm alone, so the low 128 bits are all there is to keep.
struct ec_vectors {
    uint8_t bytes[16 * 16 + 15];
};

static inline uint8_t *ec_vectors_slot(struct ec_vectors *saved) {
    return (uint8_t *)(((uintptr_t)saved->bytes + 15) & ~(uintptr_t)15);
}

#define EC_EACH_VECTOR(DO) \
    DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#define EC_STORE_VECTOR(n) "movaps %%xmm" #n ", 16*" #n "(%0)\n"
#define EC_LOAD_VECTOR(n) "movaps 16*" #n "(%0), %%xmm" #n "\n"

static inline __attribute__((always_inline)) void ec_vectors_save(struct ec_vectors *saved) {
    __asm__ volatile(EC_EACH_VECTOR(EC_STORE_VECTOR)::"r"(ec_vectors_slot(saved)) : "memory");
}

static inline __attribute__((always_inline)) void ec_vectors_restore(struct ec_vectors *saved) {
    __asm__ volatile(EC_EACH_VECTOR(EC_LOAD_VECTOR)::"r"(ec_vectors_slot(saved)) : "memory");
}

#else

#define EC_ENTRY

struct ec_vectors {
    uint8_t unused;
};

static inline void ec_vectors_save(struct ec_vectors *saved) { (void)saved; }
static inline void ec_vectors_restore(struct ec_vectors *saved) { (void)saved; }

#endif
