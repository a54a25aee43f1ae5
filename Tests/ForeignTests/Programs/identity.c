// What an enclave is, as its reports and keys tell it: measurement, signer, KSS identities, and who may have which key.
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <errno.h>

#include "foreign.h"

static uint8_t report[432];

static void take_report(const struct enclave *enclave, const uint8_t target[512], const uint8_t data[64]) {
    struct operation op = {.kind = REPORT, .a = (uint64_t)target, .b = (uint64_t)data, .c = (uint64_t)report};
    memset(report, 0, sizeof report);
    enclave_ask(enclave, 0, &op);
}

static uint64_t take_key(const struct enclave *enclave, unsigned name, unsigned policy, const uint8_t id[32], uint8_t out[16]) {
    uint8_t request[512] = {0};
    request[0] = (uint8_t)name;
    request[2] = (uint8_t)policy;
    if (id) memcpy(request + 40, id, 32);
    struct operation op = {.kind = KEY, .a = (uint64_t)request, .c = (uint64_t)out};
    enclave_ask(enclave, 0, &op);
    return op.status;
}

static void cmac(const uint8_t key[16], const uint8_t *bytes, size_t count, uint8_t out[16]) {
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithm);
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, "AES-128-CBC", 0), OSSL_PARAM_construct_end()};
    size_t length = 16;
    EVP_MAC_init(context, key, 16, parameters);
    EVP_MAC_update(context, bytes, count);
    EVP_MAC_final(context, out, &length, 16);
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
}

static uint16_t half(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }

// TARGETINFO for whoever made `report`.
static void target_of_report(uint8_t target[512]) {
    memset(target, 0, 512);
    memcpy(target, report + 64, 32);
    memcpy(target + 32, report + 48, 16);
    memcpy(target + 50, report + 260, 2);
    memcpy(target + 52, report + 16, 4);
    memcpy(target + 64, report + 192, 64);
}

static void reports(const struct enclave *enclave, const struct recipe *recipe) {
    uint8_t target[512] = {0}, data[64], mac[16], key[16];
    for (int i = 0; i < 64; i++) data[i] = (uint8_t)(i * 3);
    take_report(enclave, target, data);
    check(memcmp(report + 64, enclave->hash, 32) == 0, "MRENCLAVE is the hash this program computed");
    check(memcmp(report + 128, enclave->signer, 32) == 0, "MRSIGNER is the hash of its signer's modulus");
    equal(report[48], (uint8_t)(recipe->attributes | MODE64 | INIT), "ATTRIBUTES are those asked for, and INIT");
    check(half(report + 256) == recipe->product && half(report + 258) == recipe->svn, "product and SVN are SIGSTRUCT's");
    check(memcmp(report + 320, data, 64) == 0, "REPORTDATA is what was given");
    target_of_report(target);
    take_report(enclave, target, data);
    equal(take_key(enclave, 3, 0, report + 384, key), 0, "the enclave gets its REPORT key");
    cmac(key, report, 384, mac);
    check(memcmp(mac, report + 416, 16) == 0, "the MAC of a report for itself is AES-CMAC under that key");
    target[0] ^= 1;
    take_report(enclave, target, data);
    cmac(key, report, 384, mac);
    check(memcmp(mac, report + 416, 16) != 0, "a report for somebody else has another");
}

static void separation(void) {
    uint8_t config[16], family[16], plain[16], zero[16] = {0};
    struct enclave a, b;
    struct recipe recipe = {.attributes = KSS, .config = "first", .config_svn = 3, .family = "family", .product_extension = "extension",
                            .product = 7, .svn = 9};
    require(enclave_make(&a, &recipe) == 0, "an enclave with KSS");
    reports(&a, &recipe);
    check(memcmp(report + 192, "first", 6) == 0 && half(report + 260) == 3, "CONFIGID and CONFIGSVN are SECS'");
    check(memcmp(report + 304, "family", 7) == 0 && memcmp(report + 32, "extension", 10) == 0, "family and extended product are SIGSTRUCT's");
    equal(take_key(&a, 4, 2, NULL, plain), 0, "a SEAL key by signer");
    equal(take_key(&a, 4, 2 | 8, NULL, config), 0, "one by CONFIGID as well");
    equal(take_key(&a, 4, 2 | 0x10, NULL, family), 0, "and one by family");
    check(memcmp(plain, config, 16) && memcmp(plain, family, 16) && memcmp(plain, zero, 16), "are three different keys");
    memcpy(recipe.config, "other", 6);
    require(enclave_make(&b, &recipe) == 0, "the same enclave with another CONFIGID");
    uint8_t other[16];
    check(memcmp(a.hash, b.hash, 32) == 0, "which is not measured");
    check(take_key(&b, 4, 2, NULL, other) == 0 && memcmp(plain, other, 16) == 0, "has the same key by signer");
    check(take_key(&b, 4, 2 | 8, NULL, other) == 0 && memcmp(config, other, 16) != 0, "and another one by CONFIGID");
    enclave_end(&a);
    enclave_end(&b);
}

static void keys_refused(const struct enclave *enclave) {
    uint8_t key[16], future[512] = {4, 0, 2, 0, 0xff, 0xff};
    equal(take_key(enclave, 1, 0, NULL, key), 2, "the PROVISION key is refused with INVALID_ATTRIBUTE");
    equal(take_key(enclave, 2, 2, NULL, key), 2, "so is PROVISION_SEAL");
    equal(take_key(enclave, 0, 0, NULL, key), 2, "so is the EINITTOKEN key");
    equal(take_key(enclave, 5, 0, NULL, key), 256, "a key that is not there is INVALID_KEYNAME");
    struct operation op = {.kind = KEY, .a = (uint64_t)future, .c = (uint64_t)key};
    enclave_ask(enclave, 0, &op);
    equal(op.status, 64, "an SVN above the enclave's own is INVALID_ISVSVN");
}

static void provisioning(void) {
    uint8_t key[16], zero[16] = {0};
    struct enclave enclave;
    struct recipe recipe = {.attributes = PROVISION_KEY};
    equal((uint64_t)enclave_make(&enclave, &recipe), EACCES, "PROVISIONKEY is refused without /dev/sgx_provision");
    enclave_end(&enclave);
    require(enclave_open(&enclave, &recipe) == 0 && enclave_create(&enclave, &recipe) == 0 && enclave_add_all(&enclave, &recipe) == 0,
            "another one is built");
    int null = open("/dev/null", O_RDONLY), device = open("/dev/sgx_provision", O_RDONLY);
    struct sgx_enclave_provision wrong = {.fd = (uint64_t)null}, none = {.fd = 999}, right = {.fd = (uint64_t)device};
    check(ioctl(enclave.file, SGX_IOC_ENCLAVE_PROVISION, &wrong) < 0 && errno == EINVAL, "another file gives no permission: %m");
    check(ioctl(enclave.file, SGX_IOC_ENCLAVE_PROVISION, &none) < 0 && errno == EINVAL, "nor does no file: %m");
    require(device >= 0, "/dev/sgx_provision opens: %m");
    equal((uint64_t)ioctl(enclave.file, SGX_IOC_ENCLAVE_PROVISION, &right), 0, "/dev/sgx_provision does");
    close(device), close(null);
    equal((uint64_t)enclave_initialise(&enclave, &recipe), 0, "now EINIT accepts it");
    require(enclave_map_all(&enclave, &recipe) == 0, "it is mapped");
    check(take_key(&enclave, 1, 0, NULL, key) == 0 && memcmp(key, zero, 16) != 0, "and EGETKEY gives it the PROVISION key");
    equal(take_key(&enclave, 2, 2, NULL, key), 0, "and PROVISION_SEAL");
    enclave_end(&enclave);
}

int main(void) {
    struct enclave enclave;
    struct recipe recipe = {.product = 1, .svn = 2};
    int failure = enclave_make(&enclave, &recipe);
    require(failure == 0, "an enclave is made: %s", strerror(failure));
    reports(&enclave, &recipe);
    keys_refused(&enclave);
    enclave_end(&enclave);
    separation();
    provisioning();
    return checked();
}
