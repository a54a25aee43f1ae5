// Cryptography that runs in the host and, freestanding, in the enclave: no allocation, no constructors, no thread-local data,
// no calls but memcpy, memset, memmove and memcmp. Entry points take integers and pointers only, never vectors or floats.
//
// With INCLAVARE_ENCLAVE every entry point leaves xmm0-15 as it found them: the enclave is compiled without SSE so that the
// registers of a program survive a system call untouched, and these functions are the only ones that use them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// SHA-256 (FIPS 180-4).

struct ec_sha256 {
    uint32_t state[8];
    uint64_t length;    // bytes hashed so far
    uint8_t block[64];  // the tail that has not made a block yet: length % 64 bytes
};

// The host finds out by itself on first use; the enclave cannot (CPUID faults there), takes hardware for granted and may be told.
void ec_sha256_use_hardware(int on);

void ec_sha256_init(struct ec_sha256 *context);
void ec_sha256_update(struct ec_sha256 *context, const void *bytes, size_t count);
// Leaves the context unusable until the next init.
void ec_sha256_final(struct ec_sha256 *context, uint8_t digest[32]);
void ec_sha256_hash(const void *bytes, size_t count, uint8_t digest[32]);
// Two messages of the same length in hardly more time than one.
void ec_sha256_hash_pair(const void *first, const void *second, size_t count, uint8_t digests[64]);

// SHA-512 (FIPS 180-4) of a message that is there whole.
void ec_sha512_hash(const void *bytes, size_t count, uint8_t digest[64]);

// HMAC (RFC 2104) and HKDF (RFC 5869) over SHA-256.

struct ec_hmac_sha256 {
    struct ec_sha256 inner;
    struct ec_sha256 outer;
};

void ec_hmac_sha256_init(struct ec_hmac_sha256 *context, const void *key, size_t count);
void ec_hmac_sha256_update(struct ec_hmac_sha256 *context, const void *bytes, size_t count);
// Wipes the context.
void ec_hmac_sha256_final(struct ec_hmac_sha256 *context, uint8_t tag[32]);
// 0, or -1 when more than 255 * 32 bytes are asked for.
int ec_hkdf_sha256(
    const void *salt, size_t salt_count, const void *secret, size_t secret_count, const void *info, size_t info_count,
    void *key, size_t key_count);

// AES with AES-NI and PCLMULQDQ. There is no table-driven fallback, whose timing would tell the key.

enum { EC_OK = 0, EC_BAD_KEY_SIZE = 1, EC_TOO_LONG = 2, EC_NOT_AUTHENTIC = 3, EC_NO_HARDWARE = 4 };

// GCM (SP 800-38D) in place with a 16- or 32-byte key.
int ec_aes_gcm_seal(
    const uint8_t *key, size_t key_count, const uint8_t nonce[12], const void *associated, size_t associated_count,
    void *bytes, size_t count, uint8_t tag[16]);
// Checks before it decrypts: bytes that are not authentic stay as they are.
int ec_aes_gcm_open(
    const uint8_t *key, size_t key_count, const uint8_t nonce[12], const void *associated, size_t associated_count,
    void *bytes, size_t count, const uint8_t tag[16]);

// CMAC (RFC 4493).
int ec_aes128_cmac(const uint8_t key[16], const void *bytes, size_t count, uint8_t tag[16]);

// 1 when equal; the time depends on `count` alone.
int ec_equal(const void *a, const void *b, size_t count);
// Not removed by the optimiser.
void ec_zero(void *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#include "sgx_keys.h"
