// EGETKEY and EREPORT of the software processor: one implementation for its signal handlers (C) and for the SGX module (Swift).
//
// A key is AES-128-CMAC(base key, packed inputs). The base key of each key name is HKDF-SHA-256 of the machine's 32-byte root key
// with salt "Inclavare software SGX v1" and the key name's label as info ("EINITTOKEN", "PROVISION", "PROVISION_SEAL", "REPORT",
// "SEAL"). The packed inputs are `struct sgx_key_inputs`, 288 bytes, little-endian, no padding. What a key does not depend on is
// zero, so that two requests that must give the same key give the same bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SGX_KEY_EINITTOKEN = 0, SGX_KEY_PROVISION = 1, SGX_KEY_PROVISION_SEAL = 2, SGX_KEY_REPORT = 3, SGX_KEY_SEAL = 4 };

enum {
    SGX_POLICY_MRENCLAVE = 0x01,
    SGX_POLICY_MRSIGNER = 0x02,
    SGX_POLICY_NOISVPRODID = 0x04,
    SGX_POLICY_CONFIGID = 0x08,
    SGX_POLICY_ISVFAMILYID = 0x10,
    SGX_POLICY_ISVEXTPRODID = 0x20,
};

// Results: 0, an error code of the SDM (the caller sets ZF and RAX), or SGX_KEYS_FAULT (the caller raises #GP(0)).
enum {
    SGX_KEYS_OK = 0,
    SGX_KEYS_INVALID_ATTRIBUTE = 2,
    SGX_KEYS_INVALID_CPUSVN = 32,
    SGX_KEYS_INVALID_ISVSVN = 64,
    SGX_KEYS_INVALID_KEYNAME = 256,
    SGX_KEYS_FAULT = -1,
};

struct sgx_key_inputs {
    uint16_t key_name;              // 0
    uint16_t key_policy;            // 2
    uint16_t isv_svn;               // 4: as requested
    uint16_t isv_prod_id;           // 6
    uint16_t config_svn;            // 8: as requested where the policy has CONFIGID
    uint8_t cet_attributes;         // 10: masked
    uint8_t cet_attributes_mask;    // 11
    uint32_t misc_select;           // 12: masked
    uint32_t misc_mask_complement;  // 16
    uint32_t version;               // 20: of this layout, 1
    uint64_t reserved;              // 24: 0
    uint8_t attributes[16];         // 32: masked
    uint8_t attribute_mask[16];     // 48
    uint8_t cpu_svn[16];            // 64: as requested
    uint8_t owner_epoch[16];        // 80
    uint8_t mr_enclave[32];         // 96
    uint8_t mr_signer[32];          // 128
    uint8_t config_id[64];          // 160
    uint8_t isv_family_id[16];      // 224
    uint8_t isv_ext_prod_id[16];    // 240
    uint8_t key_id[32];             // 256
};

// What the processor knows about the enclave that executes the instruction, and about itself.
struct sgx_identity {
    uint8_t attributes[16];
    uint32_t misc_select;
    uint8_t cet_attributes;
    uint8_t reserved;
    uint16_t isv_prod_id;
    uint16_t isv_svn;
    uint16_t config_svn;
    uint8_t mr_enclave[32];
    uint8_t mr_signer[32];
    uint8_t config_id[64];
    uint8_t isv_family_id[16];
    uint8_t isv_ext_prod_id[16];
    uint8_t cpu_svn[16];
    uint8_t owner_epoch[16];
};

// The raw derivation, without any check.
int sgx_derive_key(const uint8_t root[32], const struct sgx_key_inputs *inputs, uint8_t key[16]);

// EGETKEY with all checks but those of addresses; `request` is a KEYREQUEST of 512 bytes. `key` is written on success only.
int sgx_egetkey(
    const uint8_t root[32], const struct sgx_identity *identity, const uint8_t request[512], uint8_t key[16]);

// The key under which REPORTs for the enclave that `target` (a TARGETINFO of 512 bytes) describes are authenticated.
int sgx_report_key(
    const uint8_t root[32], const struct sgx_identity *processor, const uint8_t target[512], const uint8_t key_id[32],
    uint8_t key[16]);

// EINIT: the key under which the launch enclave authenticated `token` (an EINITTOKEN of 304 bytes), where `launch_signer`
// (IA32_SGXLEPUBKEYHASH) signed that enclave. 0, or SGX_KEYS_INVALID_CPUSVN.
int sgx_einittoken_key(
    const uint8_t root[32], const struct sgx_identity *processor, const uint8_t token[304], const uint8_t launch_signer[32],
    uint8_t key[16]);

// EREPORT with all checks but those of addresses.
int sgx_ereport(
    const uint8_t root[32], const struct sgx_identity *identity, const uint8_t target[512], const uint8_t data[64],
    const uint8_t key_id[32], uint8_t report[432]);

#ifdef __cplusplus
}
#endif
