// EREPORT and EGETKEY.
#define _GNU_SOURCE
#include <string.h>

#include "faults.h"
#include "leaf.h"

enum softsgx_leaf_end softsgx_ereport(struct softsgx_leaf *leaf) {
    uint64_t target = leaf->rbx, data = leaf->rcx, output = leaf->rdx;
    uint8_t target_info[512], report_data[64], report[432];
    enum softsgx_leaf_end end = softsgx_leaf_place(leaf, target, 512);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, data, 128);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, output, 512);
    if (end == LEAF_DONE) end = softsgx_leaf_read(leaf, target, target_info, sizeof target_info);
    if (end == LEAF_DONE) end = softsgx_leaf_read(leaf, data, report_data, sizeof report_data);
    if (end != LEAF_DONE) return end;
    const struct softsgx_enclave *enclave = leaf->enclave;
    int result =
        sgx_ereport(enclave->root_key, &enclave->identity, target_info, report_data, enclave->report_key_id, report);
    if (result != 0) return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    leaf->sets_flags = 1;
    return softsgx_leaf_write(leaf, output, report, sizeof report);
}

// A key that may not be written is not made either: the output's page is judged first.
enum softsgx_leaf_end softsgx_egetkey(struct softsgx_leaf *leaf) {
    uint64_t request = leaf->rbx, output = leaf->rcx;
    uint8_t copy[512], key[16];
    enum softsgx_leaf_end end = softsgx_leaf_place(leaf, request, 512);
    if (end == LEAF_DONE) end = softsgx_leaf_place(leaf, output, 16);
    if (end == LEAF_DONE) end = softsgx_leaf_read(leaf, request, copy, sizeof copy);
    if (end != LEAF_DONE) return end;
    uint32_t code;
    enum softsgx_verdict verdict = softsgx_judge(leaf->enclave, output, ACCESS_READ | ACCESS_WRITE, &code);
    if (verdict == VERDICT_AGAIN) return LEAF_AGAIN;
    if (verdict != VERDICT_ALLOWED) return softsgx_leaf_fault(leaf, VECTOR_PF, output, code);
    int result = sgx_egetkey(leaf->enclave->root_key, &leaf->enclave->identity, copy, key);
    if (result < 0) return softsgx_leaf_fault(leaf, VECTOR_GP, 0, 0);
    if (result == 0) end = softsgx_leaf_write(leaf, output, key, sizeof key);
    memset(key, 0, sizeof key);
    __asm__ volatile("" ::"r"(key) : "memory");
    leaf->sets_flags = 1;
    leaf->rax = (uint64_t)result;
    return end;
}
