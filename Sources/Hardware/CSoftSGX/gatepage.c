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
    uint64_t function;
    uint64_t unused;
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
    data->function = (uintptr_t)softsgx_gate_leaf;
    uint32_t mxcsr = 0x1f80;
    memcpy(data->initial + 24, &mxcsr, sizeof mxcsr);
}

uint64_t softsgx_patch(const struct softsgx_enclave *enclave, uint8_t *code, uint64_t length) {
    static const uint8_t pattern[5] = {0x0f, 0x01, 0xd7, 0x90, 0x90};
    uint64_t patched = 0;
    if (enclave->gate == 0) return 0;
    for (uint64_t i = 0; i + sizeof pattern <= length; i++) {
        if (memcmp(code + i, pattern, sizeof pattern) != 0) continue;
        int64_t distance = (int64_t)(enclave->gate - ((uintptr_t)code + i + 5));
        if (distance != (int32_t)distance) continue;
        int32_t relative = (int32_t)distance;
        code[i] = 0xe8;
        memcpy(code + i + 1, &relative, sizeof relative);
        patched += 1;
        i += 4;
    }
    return patched;
}
