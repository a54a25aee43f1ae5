#include "CEnclaveCrypto.h"

void ec_hmac_sha256_init(struct ec_hmac_sha256 *context, const void *key, size_t count) {
    uint8_t block[64];
    __builtin_memset(block, 0, sizeof block);
    if (count > sizeof block) {
        ec_sha256_hash(key, count, block);
    } else if (count != 0) {
        __builtin_memcpy(block, key, count);
    }
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
    ec_sha256_init(&context->inner);
    ec_sha256_update(&context->inner, block, sizeof block);
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
    ec_sha256_init(&context->outer);
    ec_sha256_update(&context->outer, block, sizeof block);
    ec_zero(block, sizeof block);
}

void ec_hmac_sha256_update(struct ec_hmac_sha256 *context, const void *bytes, size_t count) {
    ec_sha256_update(&context->inner, bytes, count);
}

void ec_hmac_sha256_final(struct ec_hmac_sha256 *context, uint8_t tag[32]) {
    uint8_t digest[32];
    ec_sha256_final(&context->inner, digest);
    ec_sha256_update(&context->outer, digest, sizeof digest);
    ec_sha256_final(&context->outer, tag);
    ec_zero(digest, sizeof digest);
    ec_zero(context, sizeof *context);
}

static void extract(const void *salt, size_t salt_count, const void *secret, size_t secret_count, uint8_t key[32]) {
    struct ec_hmac_sha256 context;
    ec_hmac_sha256_init(&context, salt, salt_count);
    ec_hmac_sha256_update(&context, secret, secret_count);
    ec_hmac_sha256_final(&context, key);
}

int ec_hkdf_sha256(
    const void *salt, size_t salt_count, const void *secret, size_t secret_count, const void *info, size_t info_count,
    void *key, size_t key_count) {
    uint8_t pseudorandom[32], block[32];
    uint8_t *next = key;
    struct ec_hmac_sha256 context;
    if (key_count > 255 * sizeof block) return -1;
    extract(salt, salt_count, secret, secret_count, pseudorandom);
    for (uint8_t counter = 1; key_count != 0; counter++) {
        size_t part = key_count < sizeof block ? key_count : sizeof block;
        ec_hmac_sha256_init(&context, pseudorandom, sizeof pseudorandom);
        if (counter != 1) ec_hmac_sha256_update(&context, block, sizeof block);
        ec_hmac_sha256_update(&context, info, info_count);
        ec_hmac_sha256_update(&context, &counter, 1);
        ec_hmac_sha256_final(&context, block);
        __builtin_memcpy(next, block, part);
        next += part, key_count -= part;
    }
    ec_zero(pseudorandom, sizeof pseudorandom);
    ec_zero(block, sizeof block);
    return 0;
}
