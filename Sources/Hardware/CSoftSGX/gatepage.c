// The gate: what patched ENCLU sites call.
#define _GNU_SOURCE
#include <string.h>

#include "softsgx.h"

struct gate_data {
    uint64_t base;
    uint64_t size;
    uint64_t pages;
    uint64_t epcm;
    uint64_t tcs;  // one record before the first: the EPCM holds number plus one
    uint32_t mask;
    uint32_t has_xinuse;
    uint64_t leaf_function;
    uint64_t run_function;
    uint8_t initial[576];
};

void softsgx_make_gate(struct softsgx_enclave *enclave) {
    uint8_t *gate = (uint8_t *)enclave->gate;
    memset(gate, 0xcc, SOFTSGX_PAGE);
    memcpy(gate, softsgx_gate_start, softsgx_gate_end - softsgx_gate_start);
    struct gate_data *data = (struct gate_data *)(gate + (softsgx_gate_data - softsgx_gate_start));
    data->base = enclave->base;
    data->size = enclave->size;
    data->pages = enclave->size / SOFTSGX_PAGE;
    data->epcm = (uintptr_t)enclave->epcm;
    data->tcs = (uintptr_t)(enclave->tcs - 1);
    data->mask = softsgx_xcr0() & 0xff;  // x87, SSE, AVX, MPX, AVX-512: all but what the host has for itself, as PKRU
    data->has_xinuse = (uint32_t)softsgx_have_xinuse();
    data->leaf_function = (uintptr_t)softsgx_gate_leaf;
    data->run_function = (uintptr_t)softsgx_gate_run;
    uint32_t mxcsr = 0x1f80;
    memcpy(data->initial + 24, &mxcsr, sizeof mxcsr);
}

enum { OPERATION_CODE = 0xd7, SITE_BYTES = 5 };

// Where the gate serves ENCLU with these two bytes behind it; 0 where it is no site. NOP; NOP: alone. 66 NOP: in a loop over pages.
static uint64_t gate_for(const struct softsgx_enclave *enclave, const uint8_t *code) {
    if (code[0] != 0x0f || code[1] != 0x01 || code[4] != 0x90) return 0;
    if (code[3] == 0x90) return enclave->gate;
    return code[3] == 0x66 ? enclave->gate + (uint64_t)(softsgx_gate_runs - softsgx_gate_start) : 0;
}

uint64_t softsgx_patch(const struct softsgx_enclave *enclave, uint8_t *code, uint64_t length) {
    uint64_t patched = 0;
    if (enclave->gate == 0 || length < SITE_BYTES) return 0;
    uint8_t *next = code + 2, *end = code + length - 2;
    while (next < end && (next = memchr(next, OPERATION_CODE, (size_t)(end - next))) != NULL) {
        uint8_t *site = next++ - 2;
        uint64_t target = gate_for(enclave, site);
        int64_t distance = (int64_t)(target - ((uintptr_t)site + SITE_BYTES));
        if (target == 0 || distance != (int32_t)distance) continue;
        int32_t relative = (int32_t)distance;
        site[0] = 0xe8;
        memcpy(site + 1, &relative, sizeof relative);
        patched += 1;
        next = site + SITE_BYTES + 2;
    }
    return patched;
}
