#include <immintrin.h>

#include "CEnclaveCrypto.h"
#include "processor.h"
#include "vectors.h"

static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate_right(uint32_t x, int n) { return x >> n | x << (32 - n); }

static inline uint32_t load_big_endian(const uint8_t *bytes) {
    uint32_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return __builtin_bswap32(word);
}

static void expand_schedule(uint32_t w[64], const uint8_t *block) {
    for (int i = 0; i < 16; i++) w[i] = load_big_endian(block + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

static void compress_portably(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
    uint32_t w[64];
    for (; blocks != 0; blocks--, bytes += 64) {
        expand_schedule(w, bytes);
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < 64; i++) {
            uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
            uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + round_constants[i] + w[i];
            uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
            uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
    ec_zero(w, sizeof w);
}

#define SHA_TARGET __attribute__((target("sha,ssse3,sse4.1")))

enum { MOST_LANES = 2 };

// As many messages at once as `lanes` says, a constant wherever it is called: the instructions wait for each other within a message, and two
// messages take hardly longer than one. They want the state as ABEF and CDGH.
SHA_TARGET static inline __attribute__((always_inline)) void compress_lanes(
    uint32_t *const states[], const uint8_t *const messages[], size_t blocks, const int lanes) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abef[MOST_LANES], cdgh[MOST_LANES];
    for (int lane = 0; lane < lanes; lane++) {
        __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)states[lane]), 0xb1);
        __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(states[lane] + 4)), 0x1b);
        abef[lane] = _mm_alignr_epi8(low, high, 8);
        cdgh[lane] = _mm_blend_epi16(high, low, 0xf0);
    }
    for (size_t at = 0; at < blocks * 64; at += 64) {
        __m128i abef_before[MOST_LANES], cdgh_before[MOST_LANES], w[MOST_LANES][4];
        for (int lane = 0; lane < lanes; lane++) abef_before[lane] = abef[lane], cdgh_before[lane] = cdgh[lane];
#pragma clang loop unroll(full)
        for (int group = 0; group < 16; group++) {
            const __m128i k = _mm_load_si128((const __m128i *)(round_constants + 4 * group));
#pragma clang loop unroll(full)
            for (int lane = 0; lane < lanes; lane++) {
                __m128i *now = &w[lane][group & 3];
                if (group < 4) {
                    *now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(messages[lane] + at + 16 * group)), swap);
                } else {
                    __m128i last = w[lane][(group + 3) & 3];
                    __m128i middle = _mm_alignr_epi8(last, w[lane][(group + 2) & 3], 4);
                    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*now, w[lane][(group + 1) & 3]), middle);
                    *now = _mm_sha256msg2_epu32(sum, last);
                }
                __m128i t = _mm_add_epi32(*now, k);
                cdgh[lane] = _mm_sha256rnds2_epu32(cdgh[lane], abef[lane], t);
                abef[lane] = _mm_sha256rnds2_epu32(abef[lane], cdgh[lane], _mm_shuffle_epi32(t, 0x0e));
            }
        }
        for (int lane = 0; lane < lanes; lane++) {
            abef[lane] = _mm_add_epi32(abef[lane], abef_before[lane]);
            cdgh[lane] = _mm_add_epi32(cdgh[lane], cdgh_before[lane]);
        }
    }
    for (int lane = 0; lane < lanes; lane++) {
        __m128i low = _mm_shuffle_epi32(abef[lane], 0x1b);
        __m128i high = _mm_shuffle_epi32(cdgh[lane], 0xb1);
        _mm_storeu_si128((__m128i *)states[lane], _mm_blend_epi16(low, high, 0xf0));
        _mm_storeu_si128((__m128i *)(states[lane] + 4), _mm_alignr_epi8(high, low, 8));
    }
}

SHA_TARGET static __attribute__((noinline)) void compress_with_instructions(
    uint32_t state[8], const uint8_t *bytes, size_t blocks) {
    compress_lanes(&state, &bytes, blocks, 1);
}

SHA_TARGET static __attribute__((noinline)) void compress_pair_with_instructions(
    uint32_t *const states[2], const uint8_t *const messages[2], size_t blocks) {
    compress_lanes(states, messages, blocks, 2);
}

// -1 until somebody asked or said.
static int hardware = -1;

void ec_sha256_use_hardware(int on) { __atomic_store_n(&hardware, on != 0, __ATOMIC_RELAXED); }

static int use_hardware(void) {
    int known = __atomic_load_n(&hardware, __ATOMIC_RELAXED);
    if (known < 0) {
        known = ec_processor_has_sha();
        __atomic_store_n(&hardware, known, __ATOMIC_RELAXED);
    }
    return known;
}

EC_ENTRY static __attribute__((noinline)) void compress(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
    if (blocks == 0) return;
    if (!use_hardware()) return compress_portably(state, bytes, blocks);
    struct ec_vectors saved;
    ec_vectors_save(&saved);
    compress_with_instructions(state, bytes, blocks);
    ec_vectors_restore(&saved);
}

EC_ENTRY static __attribute__((noinline)) void compress_pair(
    uint32_t *const states[2], const uint8_t *const messages[2], size_t blocks) {
    struct ec_vectors saved;
    ec_vectors_save(&saved);
    compress_pair_with_instructions(states, messages, blocks);
    ec_vectors_restore(&saved);
}

void ec_sha256_init(struct ec_sha256 *context) {
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    __builtin_memcpy(context->state, initial, sizeof initial);
    context->length = 0;
}

void ec_sha256_update(struct ec_sha256 *context, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    size_t held = context->length % 64;
    if (count == 0) return;
    context->length += count;
    if (held != 0) {
        size_t room = 64 - held;
        if (count < room) {
            __builtin_memcpy(context->block + held, next, count);
            return;
        }
        __builtin_memcpy(context->block + held, next, room);
        compress(context->state, context->block, 1);
        next += room, count -= room;
    }
    compress(context->state, next, count / 64);
    __builtin_memcpy(context->block, next + count / 64 * 64, count % 64);
}

void ec_sha256_final(struct ec_sha256 *context, uint8_t digest[32]) {
    size_t held = context->length % 64;
    uint8_t tail[128];
    size_t size = held < 56 ? 64 : 128;
    __builtin_memset(tail, 0, sizeof tail);
    __builtin_memcpy(tail, context->block, held);
    tail[held] = 0x80;
    uint64_t bits = __builtin_bswap64(context->length * 8);
    __builtin_memcpy(tail + size - 8, &bits, sizeof bits);
    compress(context->state, tail, size / 64);
    for (int i = 0; i < 8; i++) {
        uint32_t word = __builtin_bswap32(context->state[i]);
        __builtin_memcpy(digest + 4 * i, &word, sizeof word);
    }
    ec_zero(tail, sizeof tail);
}

void ec_sha256_hash(const void *bytes, size_t count, uint8_t digest[32]) {
    struct ec_sha256 context;
    ec_sha256_init(&context);
    ec_sha256_update(&context, bytes, count);
    ec_sha256_final(&context, digest);
    ec_zero(&context, sizeof context);
}

void ec_sha256_hash_pair(const void *first, const void *second, size_t count, uint8_t digests[64]) {
    const uint8_t *messages[2] = {first, second};
    struct ec_sha256 contexts[2];
    uint32_t *states[2] = {contexts[0].state, contexts[1].state};
    size_t whole = use_hardware() ? count / 64 : 0;
    for (int i = 0; i < 2; i++) ec_sha256_init(&contexts[i]);
    if (whole > 0) compress_pair(states, messages, whole);
    for (int i = 0; i < 2; i++) {
        contexts[i].length = whole * 64;
        ec_sha256_update(&contexts[i], messages[i] + whole * 64, count - whole * 64);
        ec_sha256_final(&contexts[i], digests + 32 * i);
    }
    ec_zero(contexts, sizeof contexts);
}
