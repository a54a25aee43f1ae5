// CPUID as a processor with SGX answers it: the host's, and what says that SGX is there (SDM volume 3D, tables 36-4 to 36-6).
//
// Called in a signal handler.
#include "processor.h"

#include <cpuid.h>

#include "CSGXPreload.h"

static uint64_t epc_bytes;

void preload_set_epc(uint64_t bytes) { epc_bytes = bytes; }

enum { LEAF_FEATURES = 7, LEAF_SGX = 0x12 };
enum { FEATURE_SGX = 1 << 2, FEATURE_SGX_LC = 1 << 30 };

static uint64_t enabled_states(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

// What ECREATE of the software processor takes (SECSRules in module SoftSGX).
static void answer_sgx(uint32_t subleaf, uint32_t out[4]) {
    enum { SGX1 = 1, SGX2 = 2, EXINFO = 1, LARGEST_ENCLAVES = 40 << 8 | 31 };
    enum { ATTRIBUTE_DEBUG = 2, ATTRIBUTE_64BIT = 4, ATTRIBUTE_PROVISION = 0x10, ATTRIBUTE_TOKEN = 0x20, ATTRIBUTE_KSS = 0x80 };
    enum { EPC_SECTION = 1, PROTECTED = 1, SECTION_START = 0x70000000 };
    out[0] = out[1] = out[2] = out[3] = 0;
    if (subleaf == 0) {
        out[0] = SGX1 | SGX2;
        out[1] = EXINFO;
        out[3] = LARGEST_ENCLAVES;
    } else if (subleaf == 1) {
        uint64_t states = enabled_states();
        out[0] = ATTRIBUTE_DEBUG | ATTRIBUTE_64BIT | ATTRIBUTE_PROVISION | ATTRIBUTE_TOKEN | ATTRIBUTE_KSS;
        out[2] = (uint32_t)states;
        out[3] = (uint32_t)(states >> 32);
    } else if (subleaf == 2) {
        out[0] = SECTION_START | EPC_SECTION;
        out[2] = (uint32_t)(epc_bytes & 0xfffff000) | PROTECTED;
        out[3] = (uint32_t)(epc_bytes >> 32) & 0xfffff;
    }
}

void preload_answer_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]) {
    if (leaf == LEAF_SGX) {
        answer_sgx(subleaf, out);
        return;
    }
    __cpuid_count(leaf, subleaf, out[0], out[1], out[2], out[3]);
    if (leaf == 0 && out[0] < LEAF_SGX) out[0] = LEAF_SGX;
    if (leaf == LEAF_FEATURES && subleaf == 0) {
        out[1] |= FEATURE_SGX;
        out[2] |= FEATURE_SGX_LC;
    }
}
