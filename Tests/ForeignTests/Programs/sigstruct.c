// SIGSTRUCT signed with libcrypto and key.pem: RSA-3072, e = 3, PKCS #1 v1.5 over SHA-256; numbers are little-endian.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "foreign.h"

static EVP_PKEY *key(void) {
    static EVP_PKEY *key;
    if (key) return key;
    FILE *file = fopen("key.pem", "r");
    require(file != NULL, "key.pem opens");
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    require(key != NULL, "key.pem holds a key");
    return key;
}

static void sign(const uint8_t sigstruct[1808], uint8_t signature[384]) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = 384;
    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key());
    EVP_DigestSignUpdate(context, sigstruct, 128);
    EVP_DigestSignUpdate(context, sigstruct + 900, 128);
    require(EVP_DigestSignFinal(context, signature, &length) == 1 && length == 384, "the SIGSTRUCT is signed");
    EVP_MD_CTX_free(context);
}

void sigstruct_sign(uint8_t sigstruct[1808], uint8_t signer[32]) {
    uint8_t signature[384];
    BN_CTX *context = BN_CTX_new();
    BIGNUM *modulus = NULL, *s, *q1 = BN_new(), *q2 = BN_new(), *product = BN_new(), *rest = BN_new();
    EVP_PKEY_get_bn_param(key(), OSSL_PKEY_PARAM_RSA_N, &modulus);
    sign(sigstruct, signature);
    s = BN_bin2bn(signature, 384, NULL);
    // Q1 = floor(S² / M), Q2 = floor(S · (S² mod M) / M)
    BN_sqr(product, s, context);
    BN_div(q1, rest, product, modulus, context);
    BN_mul(product, s, rest, context);
    BN_div(q2, NULL, product, modulus, context);
    BN_bn2lebinpad(modulus, sigstruct + 128, 384);
    sigstruct[512] = 3;
    BN_bn2lebinpad(s, sigstruct + 516, 384);
    BN_bn2lebinpad(q1, sigstruct + 1040, 384);
    BN_bn2lebinpad(q2, sigstruct + 1424, 384);
    SHA256(sigstruct + 128, 384, signer);
    BN_free(modulus), BN_free(s), BN_free(q1), BN_free(q2), BN_free(product), BN_free(rest), BN_CTX_free(context);
}
