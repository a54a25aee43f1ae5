#include "sgx_keys.h"

#include "CEnclaveCrypto.h"

#define LABEL(text) {text, sizeof text - 1}

_Static_assert(sizeof(struct sgx_key_inputs) == 288, "the packed inputs are hashed as they lie in memory");

enum {
    ATTRIBUTE_INIT = 1 << 0,
    ATTRIBUTE_DEBUG = 1 << 1,
    ATTRIBUTE_PROVISION_KEY = 1 << 4,
    ATTRIBUTE_EINITTOKEN_KEY = 1 << 5,
    ATTRIBUTE_CET = 1 << 6,
    ATTRIBUTE_KSS = 1 << 7,
};

enum {
    POLICY_KSS = SGX_POLICY_NOISVPRODID | SGX_POLICY_CONFIGID | SGX_POLICY_ISVFAMILYID | SGX_POLICY_ISVEXTPRODID,
    POLICY_ALL = SGX_POLICY_MRENCLAVE | SGX_POLICY_MRSIGNER | POLICY_KSS,
};

// KEYREQUEST as it lies in memory (SDM 35.18).
struct key_request {
    uint16_t name, policy, isv_svn;
    uint8_t cet_mask, reserved;
    uint8_t cpu_svn[16];
    uint8_t attribute_mask[16];
    uint8_t key_id[32];
    uint32_t misc_mask;
    uint16_t config_svn;
    uint8_t reserved_tail[434];
};
_Static_assert(sizeof(struct key_request) == 512, "KEYREQUEST is 512 bytes");

// TARGETINFO as it lies in memory (SDM 35.17).
struct target_info {
    uint8_t measurement[32];
    uint8_t attributes[16];
    uint8_t cet_attributes, reserved;
    uint16_t config_svn;
    uint32_t misc_select;
    uint8_t reserved_middle[8];
    uint8_t config_id[64];
    uint8_t reserved_tail[384];
};
_Static_assert(sizeof(struct target_info) == 512, "TARGETINFO is 512 bytes");

// EINITTOKEN as it lies in memory (SDM 35.15); the fields of the launch enclave end in `le`.
struct einittoken {
    uint32_t valid, reserved_valid[11];
    uint8_t attributes[16];
    uint8_t mr_enclave[32], reserved_enclave[32];
    uint8_t mr_signer[32], reserved_signer[32];
    uint8_t cpu_svn_le[16];
    uint16_t isv_prod_id_le, isv_svn_le;
    uint8_t masked_cet_attributes_le, reserved_le[23];
    uint32_t masked_misc_select_le;
    uint8_t masked_attributes_le[16];
    uint8_t key_id[32];
    uint8_t mac[16];
};
_Static_assert(sizeof(struct einittoken) == 304, "EINITTOKEN is 304 bytes");

// REPORT as it lies in memory (SDM 35.16).
struct report {
    uint8_t cpu_svn[16];
    uint32_t misc_select;
    uint8_t cet_attributes, reserved_cet[11];
    uint8_t isv_ext_prod_id[16];
    uint8_t attributes[16];
    uint8_t mr_enclave[32], reserved_enclave[32];
    uint8_t mr_signer[32], reserved_signer[32];
    uint8_t config_id[64];
    uint16_t isv_prod_id, isv_svn, config_svn;
    uint8_t reserved_config[42];
    uint8_t isv_family_id[16];
    uint8_t report_data[64];
    uint8_t key_id[32];
    uint8_t mac[16];
};
_Static_assert(sizeof(struct report) == 432, "REPORT is 432 bytes");
_Static_assert(offsetof(struct report, key_id) == 384, "the MAC covers 384 bytes");

#define COPY(to, from) __builtin_memcpy((to), (from), sizeof(to))

static int is_zero(const uint8_t *bytes, size_t count) {
    uint8_t any = 0;
    for (size_t i = 0; i < count; i++) any |= bytes[i];
    return any == 0;
}

int sgx_derive_key(const uint8_t root[32], const struct sgx_key_inputs *inputs, uint8_t key[16]) {
    static const char salt[] = "Inclavare software SGX v1";
    // One array of arrays: a table of pointers would need relocations in the enclave.
    static const struct {
        char text[16];
        size_t count;
    } labels[] = {
        [SGX_KEY_EINITTOKEN] = LABEL("EINITTOKEN"), [SGX_KEY_PROVISION] = LABEL("PROVISION"),
        [SGX_KEY_PROVISION_SEAL] = LABEL("PROVISION_SEAL"), [SGX_KEY_REPORT] = LABEL("REPORT"),
        [SGX_KEY_SEAL] = LABEL("SEAL"),
    };
    if (inputs->key_name > SGX_KEY_SEAL) return SGX_KEYS_INVALID_KEYNAME;
    uint8_t base[16];
    ec_hkdf_sha256(
        salt, sizeof salt - 1, root, 32, labels[inputs->key_name].text, labels[inputs->key_name].count, base, sizeof base);
    int result = ec_aes128_cmac(base, inputs, sizeof *inputs, key) == EC_OK ? SGX_KEYS_OK : SGX_KEYS_FAULT;
    ec_zero(base, sizeof base);
    return result;
}

// The hardware's order: what faults comes before what returns a code. Without CET the CET mask is one more reserved byte.
static int request_fault(const struct sgx_identity *identity, const struct key_request *request) {
    if (request->reserved != 0 || !is_zero(request->reserved_tail, sizeof request->reserved_tail)) return 1;
    if ((request->policy & ~POLICY_ALL) != 0) return 1;
    if (request->cet_mask != 0 && (identity->attributes[0] & ATTRIBUTE_CET) == 0) return 1;
    if ((identity->attributes[0] & ATTRIBUTE_KSS) != 0) return 0;
    return (request->policy & POLICY_KSS) != 0 || request->config_svn != 0;
}

static int attribute_needed(uint16_t name) {
    switch (name) {
    case SGX_KEY_EINITTOKEN: return ATTRIBUTE_EINITTOKEN_KEY;
    case SGX_KEY_PROVISION:
    case SGX_KEY_PROVISION_SEAL: return ATTRIBUTE_PROVISION_KEY;
    default: return 0;
    }
}

// CPUSVN is sixteen component versions here: none may be beyond the processor's own.
static int is_beyond(const uint8_t requested[16], const uint8_t current[16]) {
    for (int i = 0; i < 16; i++)
        if (requested[i] > current[i]) return 1;
    return 0;
}

static int request_refusal(const struct sgx_identity *identity, const struct key_request *request) {
    int needed = attribute_needed(request->name);
    if (request->name > SGX_KEY_SEAL) return SGX_KEYS_INVALID_KEYNAME;
    if ((identity->attributes[0] & needed) != needed) return SGX_KEYS_INVALID_ATTRIBUTE;
    if (request->name == SGX_KEY_REPORT) return SGX_KEYS_OK;
    if (is_beyond(request->cpu_svn, identity->cpu_svn)) return SGX_KEYS_INVALID_CPUSVN;
    if (request->isv_svn > identity->isv_svn) return SGX_KEYS_INVALID_ISVSVN;
    // Only the two sealing keys can depend on CONFIGSVN.
    int seals = request->name == SGX_KEY_SEAL || request->name == SGX_KEY_PROVISION_SEAL;
    if (seals && request->config_svn > identity->config_svn) return SGX_KEYS_INVALID_ISVSVN;
    return SGX_KEYS_OK;
}

// What EINITTOKEN, PROVISION, PROVISION_SEAL and SEAL keys have in common.
static void pack_common(
    struct sgx_key_inputs *inputs, const struct sgx_identity *identity, const struct key_request *request) {
    inputs->version = 1;
    inputs->key_name = request->name;
    inputs->isv_svn = request->isv_svn;
    COPY(inputs->cpu_svn, request->cpu_svn);
    COPY(inputs->attribute_mask, request->attribute_mask);
    for (int i = 0; i < 16; i++) {
        uint8_t forced = i == 0 ? ATTRIBUTE_INIT | ATTRIBUTE_DEBUG : 0;
        inputs->attributes[i] = identity->attributes[i] & (request->attribute_mask[i] | forced);
    }
    inputs->misc_select = identity->misc_select & request->misc_mask;
    inputs->misc_mask_complement = ~request->misc_mask;
    if (identity->attributes[0] & ATTRIBUTE_CET) {
        inputs->cet_attributes = identity->cet_attributes & request->cet_mask;
        inputs->cet_attributes_mask = request->cet_mask;
    }
}

// What both sealing keys take from the policy; MRENCLAVE and MRSIGNER are a choice for SEAL only.
static void pack_policy(
    struct sgx_key_inputs *inputs, const struct sgx_identity *identity, const struct key_request *request) {
    uint16_t policy = request->policy;
    inputs->key_policy = policy;
    if (policy & SGX_POLICY_CONFIGID) inputs->config_svn = request->config_svn;
    if (!(policy & SGX_POLICY_NOISVPRODID)) inputs->isv_prod_id = identity->isv_prod_id;
    if (policy & SGX_POLICY_CONFIGID) COPY(inputs->config_id, identity->config_id);
    if (policy & SGX_POLICY_ISVFAMILYID) COPY(inputs->isv_family_id, identity->isv_family_id);
    if (policy & SGX_POLICY_ISVEXTPRODID) COPY(inputs->isv_ext_prod_id, identity->isv_ext_prod_id);
}

static void pack_request(
    struct sgx_key_inputs *inputs, const struct sgx_identity *identity, const struct key_request *request) {
    pack_common(inputs, identity, request);
    switch (request->name) {
    case SGX_KEY_SEAL:
        pack_policy(inputs, identity, request);
        if (request->policy & SGX_POLICY_MRENCLAVE) COPY(inputs->mr_enclave, identity->mr_enclave);
        if (request->policy & SGX_POLICY_MRSIGNER) COPY(inputs->mr_signer, identity->mr_signer);
        COPY(inputs->owner_epoch, identity->owner_epoch);
        COPY(inputs->key_id, request->key_id);
        return;
    case SGX_KEY_PROVISION_SEAL:
        pack_policy(inputs, identity, request);
        COPY(inputs->mr_signer, identity->mr_signer);
        return;
    case SGX_KEY_EINITTOKEN:
        // EINIT has the masked values from the token and no mask, so this key must not depend on one.
        __builtin_memset(inputs->attribute_mask, 0, sizeof inputs->attribute_mask);
        inputs->misc_mask_complement = 0;
        inputs->cet_attributes_mask = 0;
        COPY(inputs->owner_epoch, identity->owner_epoch);
        COPY(inputs->key_id, request->key_id);
        break;
    default: break;
    }
    inputs->isv_prod_id = identity->isv_prod_id;
    COPY(inputs->mr_signer, identity->mr_signer);
}

int sgx_report_key(
    const uint8_t root[32], const struct sgx_identity *processor, const uint8_t target[512], const uint8_t key_id[32],
    uint8_t key[16]) {
    struct target_info info;
    struct sgx_key_inputs inputs;
    __builtin_memcpy(&info, target, sizeof info);
    __builtin_memset(&inputs, 0, sizeof inputs);
    inputs.version = 1;
    inputs.key_name = SGX_KEY_REPORT;
    inputs.config_svn = info.config_svn;
    inputs.misc_select = info.misc_select;
    if (info.attributes[0] & ATTRIBUTE_CET) inputs.cet_attributes = info.cet_attributes;
    COPY(inputs.attributes, info.attributes);
    COPY(inputs.cpu_svn, processor->cpu_svn);
    COPY(inputs.owner_epoch, processor->owner_epoch);
    COPY(inputs.mr_enclave, info.measurement);
    COPY(inputs.config_id, info.config_id);
    COPY(inputs.key_id, key_id);
    return sgx_derive_key(root, &inputs, key);
}

static void describe(struct target_info *info, const struct sgx_identity *identity) {
    __builtin_memset(info, 0, sizeof *info);
    COPY(info->measurement, identity->mr_enclave);
    COPY(info->attributes, identity->attributes);
    COPY(info->config_id, identity->config_id);
    info->cet_attributes = identity->cet_attributes;
    info->config_svn = identity->config_svn;
    info->misc_select = identity->misc_select;
}

int sgx_egetkey(
    const uint8_t root[32], const struct sgx_identity *identity, const uint8_t bytes[512], uint8_t key[16]) {
    struct key_request request;
    __builtin_memcpy(&request, bytes, sizeof request);
    if (request_fault(identity, &request)) return SGX_KEYS_FAULT;
    int refusal = request_refusal(identity, &request);
    if (refusal != SGX_KEYS_OK) return refusal;
    if (request.name == SGX_KEY_REPORT) {
        struct target_info own;
        describe(&own, identity);
        return sgx_report_key(root, identity, (const uint8_t *)&own, request.key_id, key);
    }
    struct sgx_key_inputs inputs;
    __builtin_memset(&inputs, 0, sizeof inputs);
    pack_request(&inputs, identity, &request);
    return sgx_derive_key(root, &inputs, key);
}

int sgx_einittoken_key(
    const uint8_t root[32], const struct sgx_identity *processor, const uint8_t bytes[304], const uint8_t launch_signer[32],
    uint8_t key[16]) {
    struct einittoken token;
    struct sgx_key_inputs inputs;
    __builtin_memcpy(&token, bytes, sizeof token);
    if (is_beyond(token.cpu_svn_le, processor->cpu_svn)) return SGX_KEYS_INVALID_CPUSVN;
    __builtin_memset(&inputs, 0, sizeof inputs);
    inputs.version = 1;
    inputs.key_name = SGX_KEY_EINITTOKEN;
    inputs.isv_prod_id = token.isv_prod_id_le;
    inputs.isv_svn = token.isv_svn_le;
    inputs.misc_select = token.masked_misc_select_le;
    inputs.cet_attributes = token.masked_cet_attributes_le;
    COPY(inputs.attributes, token.masked_attributes_le);
    COPY(inputs.cpu_svn, token.cpu_svn_le);
    COPY(inputs.owner_epoch, processor->owner_epoch);
    __builtin_memcpy(inputs.mr_signer, launch_signer, sizeof inputs.mr_signer);
    COPY(inputs.key_id, token.key_id);
    return sgx_derive_key(root, &inputs, key);
}

static void fill_report(struct report *report, const struct sgx_identity *identity, const uint8_t data[64]) {
    __builtin_memset(report, 0, sizeof *report);
    COPY(report->cpu_svn, identity->cpu_svn);
    report->misc_select = identity->misc_select;
    report->cet_attributes = identity->cet_attributes;
    COPY(report->isv_ext_prod_id, identity->isv_ext_prod_id);
    COPY(report->attributes, identity->attributes);
    COPY(report->mr_enclave, identity->mr_enclave);
    COPY(report->mr_signer, identity->mr_signer);
    COPY(report->config_id, identity->config_id);
    report->isv_prod_id = identity->isv_prod_id;
    report->isv_svn = identity->isv_svn;
    report->config_svn = identity->config_svn;
    COPY(report->isv_family_id, identity->isv_family_id);
    COPY(report->report_data, data);
}

int sgx_ereport(
    const uint8_t root[32], const struct sgx_identity *identity, const uint8_t target[512], const uint8_t data[64],
    const uint8_t key_id[32], uint8_t bytes[432]) {
    struct target_info info;
    struct report report;
    uint8_t key[16];
    __builtin_memcpy(&info, target, sizeof info);
    // Hardware ignores what it reserves here; the simulation refuses it, so that nobody comes to rely on it.
    if (info.reserved != 0 || !is_zero(info.reserved_middle, sizeof info.reserved_middle) ||
        !is_zero(info.reserved_tail, sizeof info.reserved_tail))
        return SGX_KEYS_FAULT;
    int result = sgx_report_key(root, identity, (const uint8_t *)&info, key_id, key);
    if (result != SGX_KEYS_OK) return result;
    fill_report(&report, identity, data);
    COPY(report.key_id, key_id);
    result = ec_aes128_cmac(key, &report, offsetof(struct report, key_id), report.mac) == EC_OK ? SGX_KEYS_OK : SGX_KEYS_FAULT;
    if (result == SGX_KEYS_OK) __builtin_memcpy(bytes, &report, sizeof report);
    ec_zero(key, sizeof key);
    return result;
}
