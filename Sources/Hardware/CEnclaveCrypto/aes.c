#include <immintrin.h>

#include "CEnclaveCrypto.h"
#include "processor.h"
#include "vectors.h"

#define AES_TARGET __attribute__((target("aes,pclmul,ssse3,sse4.1")))
#define AES_INLINE AES_TARGET static inline __attribute__((always_inline))
#define AES_WORKER AES_TARGET static __attribute__((noinline))

struct schedule {
    __m128i keys[15];
    int rounds;
};

AES_INLINE __m128i load(const void *bytes) { return _mm_loadu_si128(bytes); }
AES_INLINE void store(void *bytes, __m128i value) { _mm_storeu_si128(bytes, value); }

// The three shifted copies turn one word of the key schedule into four.
AES_INLINE __m128i spread(__m128i key) {
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    return _mm_xor_si128(key, _mm_slli_si128(key, 8));
}

#define NEXT_128(s, i, rcon) \
    (s)->keys[i] = _mm_xor_si128( \
        spread((s)->keys[i - 1]), _mm_shuffle_epi32(_mm_aeskeygenassist_si128((s)->keys[i - 1], rcon), 0xff))

AES_INLINE void expand_128(struct schedule *s, const uint8_t *key) {
    s->rounds = 10;
    s->keys[0] = load(key);
    NEXT_128(s, 1, 0x01);
    NEXT_128(s, 2, 0x02);
    NEXT_128(s, 3, 0x04);
    NEXT_128(s, 4, 0x08);
    NEXT_128(s, 5, 0x10);
    NEXT_128(s, 6, 0x20);
    NEXT_128(s, 7, 0x40);
    NEXT_128(s, 8, 0x80);
    NEXT_128(s, 9, 0x1b);
    NEXT_128(s, 10, 0x36);
}

#define EVEN_256(s, i, rcon) \
    (s)->keys[i] = _mm_xor_si128( \
        spread((s)->keys[i - 2]), _mm_shuffle_epi32(_mm_aeskeygenassist_si128((s)->keys[i - 1], rcon), 0xff))
#define ODD_256(s, i) \
    (s)->keys[i] = _mm_xor_si128( \
        spread((s)->keys[i - 2]), _mm_shuffle_epi32(_mm_aeskeygenassist_si128((s)->keys[i - 1], 0), 0xaa))

AES_INLINE void expand_256(struct schedule *s, const uint8_t *key) {
    s->rounds = 14;
    s->keys[0] = load(key);
    s->keys[1] = load(key + 16);
    EVEN_256(s, 2, 0x01);
    ODD_256(s, 3);
    EVEN_256(s, 4, 0x02);
    ODD_256(s, 5);
    EVEN_256(s, 6, 0x04);
    ODD_256(s, 7);
    EVEN_256(s, 8, 0x08);
    ODD_256(s, 9);
    EVEN_256(s, 10, 0x10);
    ODD_256(s, 11);
    EVEN_256(s, 12, 0x20);
    ODD_256(s, 13);
    EVEN_256(s, 14, 0x40);
}

AES_INLINE __m128i encrypt(const struct schedule *s, __m128i block) {
    block = _mm_xor_si128(block, s->keys[0]);
    for (int i = 1; i < s->rounds; i++) block = _mm_aesenc_si128(block, s->keys[i]);
    return _mm_aesenclast_si128(block, s->keys[s->rounds]);
}

// GHASH works on bit-reflected polynomials: bytes are reversed on the way in, and products are shifted left by one before
// they are reduced (Gueron and Kounavis, "Intel Carry-Less Multiplication Instruction and its Usage for Computing the GCM Mode").

struct product {
    __m128i low, middle, high;
};

AES_INLINE __m128i reverse_bytes(__m128i x) {
    return _mm_shuffle_epi8(x, _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f));
}

AES_INLINE struct product multiply(__m128i a, __m128i b) {
    struct product p;
    p.low = _mm_clmulepi64_si128(a, b, 0x00);
    p.middle = _mm_xor_si128(_mm_clmulepi64_si128(a, b, 0x10), _mm_clmulepi64_si128(a, b, 0x01));
    p.high = _mm_clmulepi64_si128(a, b, 0x11);
    return p;
}

AES_INLINE struct product add(struct product a, struct product b) {
    a.low = _mm_xor_si128(a.low, b.low);
    a.middle = _mm_xor_si128(a.middle, b.middle);
    a.high = _mm_xor_si128(a.high, b.high);
    return a;
}

AES_INLINE __m128i reduce(struct product p) {
    __m128i low = _mm_xor_si128(p.low, _mm_slli_si128(p.middle, 8));
    __m128i high = _mm_xor_si128(p.high, _mm_srli_si128(p.middle, 8));
    __m128i low_carry = _mm_srli_epi32(low, 31), high_carry = _mm_srli_epi32(high, 31);
    low = _mm_or_si128(_mm_slli_epi32(low, 1), _mm_slli_si128(low_carry, 4));
    high = _mm_or_si128(_mm_slli_epi32(high, 1), _mm_slli_si128(high_carry, 4));
    high = _mm_or_si128(high, _mm_srli_si128(low_carry, 12));

    __m128i fold = _mm_xor_si128(_mm_slli_epi32(low, 31), _mm_slli_epi32(low, 30));
    fold = _mm_xor_si128(fold, _mm_slli_epi32(low, 25));
    low = _mm_xor_si128(low, _mm_slli_si128(fold, 12));
    __m128i rest = _mm_xor_si128(_mm_srli_epi32(low, 1), _mm_srli_epi32(low, 2));
    rest = _mm_xor_si128(rest, _mm_srli_epi32(low, 7));
    rest = _mm_xor_si128(rest, _mm_srli_si128(fold, 4));
    return _mm_xor_si128(high, _mm_xor_si128(low, rest));
}

struct gcm {
    struct schedule aes;
    __m128i powers[4];  // H^1 ... H^4, reflected
    __m128i hash;       // reflected
    __m128i first;      // the counter block that masks the tag, as bytes
};

AES_INLINE void hash_block(struct gcm *g, __m128i block) {
    g->hash = reduce(multiply(_mm_xor_si128(g->hash, reverse_bytes(block)), g->powers[0]));
}

AES_INLINE void hash_four(struct gcm *g, __m128i a, __m128i b, __m128i c, __m128i d) {
    struct product sum = multiply(_mm_xor_si128(g->hash, reverse_bytes(a)), g->powers[3]);
    sum = add(sum, multiply(reverse_bytes(b), g->powers[2]));
    sum = add(sum, multiply(reverse_bytes(c), g->powers[1]));
    g->hash = reduce(add(sum, multiply(reverse_bytes(d), g->powers[0])));
}

AES_INLINE __m128i load_partial(const uint8_t *bytes, size_t count) {
    uint8_t block[16] = {0};
    __builtin_memcpy(block, bytes, count);
    return load(block);
}

AES_WORKER void hash_bytes(struct gcm *g, const uint8_t *bytes, size_t count) {
    for (; count >= 64; count -= 64, bytes += 64)
        hash_four(g, load(bytes), load(bytes + 16), load(bytes + 32), load(bytes + 48));
    for (; count >= 16; count -= 16, bytes += 16) hash_block(g, load(bytes));
    if (count != 0) hash_block(g, load_partial(bytes, count));
}

AES_INLINE __m128i counter_block(__m128i counter, int step) {
    return reverse_bytes(_mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, step)));
}

// With `hashing`, what is written is hashed on the way while it still is in registers.
AES_WORKER void apply_counter(struct gcm *g, uint8_t *bytes, size_t count, int hashing) {
    const struct schedule *s = &g->aes;
    __m128i counter = _mm_add_epi32(reverse_bytes(g->first), _mm_set_epi32(0, 0, 0, 1));
    for (; count >= 64; count -= 64, bytes += 64) {
        __m128i a = _mm_xor_si128(counter_block(counter, 0), s->keys[0]);
        __m128i b = _mm_xor_si128(counter_block(counter, 1), s->keys[0]);
        __m128i c = _mm_xor_si128(counter_block(counter, 2), s->keys[0]);
        __m128i d = _mm_xor_si128(counter_block(counter, 3), s->keys[0]);
        for (int i = 1; i < s->rounds; i++) {
            a = _mm_aesenc_si128(a, s->keys[i]), b = _mm_aesenc_si128(b, s->keys[i]);
            c = _mm_aesenc_si128(c, s->keys[i]), d = _mm_aesenc_si128(d, s->keys[i]);
        }
        __m128i last = s->keys[s->rounds];
        a = _mm_xor_si128(_mm_aesenclast_si128(a, last), load(bytes));
        b = _mm_xor_si128(_mm_aesenclast_si128(b, last), load(bytes + 16));
        c = _mm_xor_si128(_mm_aesenclast_si128(c, last), load(bytes + 32));
        d = _mm_xor_si128(_mm_aesenclast_si128(d, last), load(bytes + 48));
        store(bytes, a), store(bytes + 16, b), store(bytes + 32, c), store(bytes + 48, d);
        if (hashing) hash_four(g, a, b, c, d);
        counter = _mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 4));
    }
    while (count != 0) {
        size_t part = count < 16 ? count : 16;
        uint8_t block[16] = {0};
        __builtin_memcpy(block, bytes, part);
        store(block, _mm_xor_si128(load(block), encrypt(s, counter_block(counter, 0))));
        __builtin_memcpy(bytes, block, part);
        if (hashing) hash_block(g, load_partial(block, part));
        counter = _mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 1));
        bytes += part, count -= part;
    }
}

AES_WORKER void gcm_begin(
    struct gcm *g, const uint8_t *key, size_t key_count, const uint8_t nonce[12], const uint8_t *associated,
    size_t associated_count) {
    uint8_t first[16] = {[15] = 1};
    if (key_count == 16) {
        expand_128(&g->aes, key);
    } else {
        expand_256(&g->aes, key);
    }
    g->powers[0] = reverse_bytes(encrypt(&g->aes, _mm_setzero_si128()));
    for (int i = 1; i < 4; i++) g->powers[i] = reduce(multiply(g->powers[i - 1], g->powers[0]));
    __builtin_memcpy(first, nonce, 12);
    g->first = load(first);
    g->hash = _mm_setzero_si128();
    hash_bytes(g, associated, associated_count);
}

AES_WORKER void gcm_end(struct gcm *g, size_t associated_count, size_t count, uint8_t tag[16]) {
    __m128i lengths = _mm_set_epi64x((long long)associated_count * 8, (long long)count * 8);
    g->hash = reduce(multiply(_mm_xor_si128(g->hash, lengths), g->powers[0]));
    store(tag, _mm_xor_si128(reverse_bytes(g->hash), encrypt(&g->aes, g->first)));
}

AES_WORKER void gcm_seal(
    const uint8_t *key, size_t key_count, const uint8_t nonce[12], const void *associated, size_t associated_count,
    void *bytes, size_t count, uint8_t tag[16]) {
    struct gcm g;
    gcm_begin(&g, key, key_count, nonce, associated, associated_count);
    apply_counter(&g, bytes, count, 1);
    gcm_end(&g, associated_count, count, tag);
    ec_zero(&g, sizeof g);
}

AES_WORKER int gcm_open(
    const uint8_t *key, size_t key_count, const uint8_t nonce[12], const void *associated, size_t associated_count,
    void *bytes, size_t count, const uint8_t tag[16]) {
    struct gcm g;
    uint8_t expected[16];
    gcm_begin(&g, key, key_count, nonce, associated, associated_count);
    hash_bytes(&g, bytes, count);
    gcm_end(&g, associated_count, count, expected);
    int authentic = ec_equal(expected, tag, sizeof expected);
    if (authentic) apply_counter(&g, bytes, count, 0);
    ec_zero(&g, sizeof g);
    ec_zero(expected, sizeof expected);
    return authentic ? EC_OK : EC_NOT_AUTHENTIC;
}

// The 32-bit counter allows 2^32 - 2 blocks; lengths in bits have 64 bits.
static int gcm_refusal(size_t key_count, size_t associated_count, size_t count) {
    if (key_count != 16 && key_count != 32) return EC_BAD_KEY_SIZE;
    if (count > 0xfffffffe0u || associated_count > (size_t)1 << 60) return EC_TOO_LONG;
    return ec_processor_has_aes() ? EC_OK : EC_NO_HARDWARE;
}

EC_ENTRY int ec_aes_gcm_seal(
    const uint8_t *key, size_t key_count, const uint8_t nonce[12], const void *associated, size_t associated_count,
    void *bytes, size_t count, uint8_t tag[16]) {
    int refusal = gcm_refusal(key_count, associated_count, count);
    if (refusal != EC_OK) return refusal;
    struct ec_vectors saved;
    ec_vectors_save(&saved);
    gcm_seal(key, key_count, nonce, associated, associated_count, bytes, count, tag);
    ec_vectors_restore(&saved);
    return EC_OK;
}

EC_ENTRY int ec_aes_gcm_open(
    const uint8_t *key, size_t key_count, const uint8_t nonce[12], const void *associated, size_t associated_count,
    void *bytes, size_t count, const uint8_t tag[16]) {
    int refusal = gcm_refusal(key_count, associated_count, count);
    if (refusal != EC_OK) return refusal;
    struct ec_vectors saved;
    ec_vectors_save(&saved);
    int result = gcm_open(key, key_count, nonce, associated, associated_count, bytes, count, tag);
    ec_vectors_restore(&saved);
    return result;
}

// Multiplies by x in GF(2^128), big-endian.
static void double_subkey(uint8_t out[16], const uint8_t in[16]) {
    uint8_t carry = in[0] >> 7;
    for (int i = 0; i < 15; i++) out[i] = (uint8_t)(in[i] << 1 | in[i + 1] >> 7);
    out[15] = (uint8_t)(in[15] << 1) ^ (uint8_t)(carry * 0x87);
}

AES_WORKER void cmac(const uint8_t key[16], const uint8_t *bytes, size_t count, uint8_t tag[16]) {
    struct schedule s;
    uint8_t subkey[16], last[16] = {0};
    expand_128(&s, key);
    store(subkey, encrypt(&s, _mm_setzero_si128()));
    double_subkey(subkey, subkey);
    __m128i chain = _mm_setzero_si128();
    for (; count > 16; count -= 16, bytes += 16) chain = encrypt(&s, _mm_xor_si128(chain, load(bytes)));
    if (count != 0) __builtin_memcpy(last, bytes, count);
    if (count != 16) {
        last[count] = 0x80;
        double_subkey(subkey, subkey);
    }
    chain = _mm_xor_si128(chain, _mm_xor_si128(load(last), load(subkey)));
    store(tag, encrypt(&s, chain));
    ec_zero(&s, sizeof s);
    ec_zero(subkey, sizeof subkey);
}

EC_ENTRY int ec_aes128_cmac(const uint8_t key[16], const void *bytes, size_t count, uint8_t tag[16]) {
    if (!ec_processor_has_aes()) return EC_NO_HARDWARE;
    struct ec_vectors saved;
    ec_vectors_save(&saved);
    cmac(key, bytes, count, tag);
    ec_vectors_restore(&saved);
    return EC_OK;
}
