// ECREATE's and EINIT's verdicts on SECS and SIGSTRUCT, as errors of the driver.
#include <errno.h>
#include <string.h>

#include "foreign.h"

static void no_sse(uint8_t *secs) { secs[56] = 1; }
static void unknown_xfrm(uint8_t *secs) { secs[63] = 0x80; }
static void not_a_power(uint8_t *secs) { secs[1] = 0x30; }
static void one_page(uint8_t *secs) { memset(secs, 0, 8), secs[1] = 0x10; }
static void odd_base(uint8_t *secs) { secs[9] ^= 0x10; }
static void no_ssa(uint8_t *secs) { secs[16] = 0; }
static void unknown_misc(uint8_t *secs) { secs[22] = 0x40; }
static void reserved(uint8_t *secs) { secs[300] = 1; }
static void reserved_attribute(uint8_t *secs) { secs[49] = 0x40; }
static void config_without_kss(uint8_t *secs) { secs[192] = 1; }

static void other_hash(uint8_t *sigstruct) { sigstruct[970] ^= 1; }
static void other_header(uint8_t *sigstruct) { sigstruct[4] ^= 1; }
static void other_header2(uint8_t *sigstruct) { sigstruct[24] ^= 1; }
static void other_vendor(uint8_t *sigstruct) { sigstruct[16] = 1; }
static void intel_vendor(uint8_t *sigstruct) { sigstruct[16] = 0x86, sigstruct[17] = 0x80; }
static void reserved_signed(uint8_t *sigstruct) { sigstruct[1028] = 1; }

static void other_signature(uint8_t *sigstruct) { sigstruct[600] ^= 1; }
static void other_exponent(uint8_t *sigstruct) { sigstruct[512] = 5; }
static void other_q1(uint8_t *sigstruct) { sigstruct[1040] ^= 1; }
static void other_q2(uint8_t *sigstruct) { sigstruct[1500] ^= 1; }
static void other_date(uint8_t *sigstruct) { sigstruct[20] ^= 1; }

static void creation(void) {
    static const struct { void (*spoil)(uint8_t *); int error; const char *name; } table[] = {
        {no_sse, EIO, "XFRM without SSE"},
        {unknown_xfrm, EIO, "XFRM with a feature that does not exist"},
        {not_a_power, EINVAL, "a SIZE that is no power of two"},
        {one_page, EIO, "a SIZE of one page"},
        {odd_base, EIO, "a base that is not aligned to the size"},
        {no_ssa, EIO, "SSAFRAMESIZE 0"},
        {unknown_misc, EIO, "an unknown bit of MISCSELECT"},
        {reserved, EIO, "a reserved byte"},
        {reserved_attribute, EIO, "a reserved attribute"},
        {config_without_kss, EIO, "CONFIGID without KSS"},
    };
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++) {
        struct enclave enclave;
        struct recipe recipe = {.spoil_secs = table[i].spoil};
        require(enclave_open(&enclave, &recipe) == 0, "the device opens");
        equal((uint64_t)enclave_create(&enclave, &recipe), (uint64_t)table[i].error, "SECS with %s is %s", table[i].name, strerror(table[i].error));
        recipe.spoil_secs = NULL;
        equal((uint64_t)enclave_create(&enclave, &recipe), 0, "and leaves the descriptor fit for another");
        enclave_end(&enclave);
    }
}

static void verdict(const struct recipe *recipe, int error, const char *name) {
    struct enclave enclave;
    int failure = enclave_make(&enclave, recipe);
    equal((uint64_t)failure, (uint64_t)error, "%s: %s", name, error ? strerror(error) : "accepted");
    enclave_end(&enclave);
}

static void signatures(void) {
    verdict(&(struct recipe){.spoil_signed = other_hash}, EPERM, "another ENCLAVEHASH");
    verdict(&(struct recipe){.spoil_signed = other_header}, EPERM, "another HEADER");
    verdict(&(struct recipe){.spoil_signed = other_header2}, EPERM, "another HEADER2");
    verdict(&(struct recipe){.spoil_signed = other_vendor}, EINVAL, "an unknown VENDOR");
    verdict(&(struct recipe){.spoil_signed = intel_vendor}, 0, "VENDOR 0x8086");
    verdict(&(struct recipe){.spoil_signed = reserved_signed}, EPERM, "a reserved byte");
    verdict(&(struct recipe){.spoil_signature = other_signature}, EPERM, "another signature");
    verdict(&(struct recipe){.spoil_signature = other_exponent}, EPERM, "another exponent");
    verdict(&(struct recipe){.spoil_signature = other_q1}, EPERM, "another Q1");
    verdict(&(struct recipe){.spoil_signature = other_q2}, EPERM, "another Q2");
    verdict(&(struct recipe){.spoil_signature = other_date}, EPERM, "another date than the signed one");
}

static void masks(void) {
    verdict(&(struct recipe){.attributes = DEBUG}, 0, "DEBUG in both");
    verdict(&(struct recipe){.attributes = DEBUG, .signed_attributes = MODE64}, EPERM, "DEBUG that the mask forbids");
    verdict(&(struct recipe){.attributes = DEBUG, .signed_attributes = MODE64, .masks_given = true, .attributes_mask = ~(uint64_t)(DEBUG | INIT),
                             .xfrm_mask = ~(uint64_t)0, .misc_mask = ~0u}, 0, "DEBUG that the mask leaves open");
    verdict(&(struct recipe){.signed_xfrm = 7}, EPERM, "an XFRM with less than the signed one");
    verdict(&(struct recipe){.xfrm = 7, .signed_xfrm = 3}, EPERM, "an XFRM with more than the signed one");
    verdict(&(struct recipe){.xfrm = 7, .signed_xfrm = 3, .masks_given = true, .attributes_mask = ~(uint64_t)INIT, .xfrm_mask = ~(uint64_t)4,
                             .misc_mask = ~0u}, 0, "AVX that the mask leaves open");
    verdict(&(struct recipe){.xfrm = 7}, 0, "AVX in both");
    verdict(&(struct recipe){.signed_xfrm = (uint64_t)1 << 62 | 3}, EINVAL, "a signed XFRM that no processor has");
    verdict(&(struct recipe){.signed_attributes = MODE64 | 0x4000}, EINVAL, "a signed attribute that no processor has");
    verdict(&(struct recipe){.misc = 1}, 0, "EXINFO in both");
    verdict(&(struct recipe){.signed_misc = 1}, EPERM, "EXINFO in SIGSTRUCT only");
    verdict(&(struct recipe){.signed_misc = 1u << 30}, EINVAL, "a signed MISCSELECT that no processor has");
    verdict(&(struct recipe){.attributes = LAUNCH_KEY}, EACCES, "EINITTOKEN_KEY without permission");
}

int main(void) {
    creation();
    signatures();
    masks();
    return checked();
}
