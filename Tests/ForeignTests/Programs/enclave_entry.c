#include <string.h>

#include "foreign.h"

int call_vdso(struct sgx_enclave_run *, unsigned leaf, void *operation, void *function);

static void *entry;

__attribute__((constructor)) static void find_entry(void) { entry = vdso_function("__vdso_sgx_enter_enclave"); }

int enclave_enter(struct sgx_enclave_run *run, uint64_t tcs, unsigned leaf, struct operation *operation) {
    require(entry != NULL, "the vDSO has __vdso_sgx_enter_enclave");
    run->tcs = tcs;
    return call_vdso(run, leaf, operation, entry);
}

uint64_t enclave_ask(const struct enclave *enclave, unsigned thread, struct operation *operation) {
    struct sgx_enclave_run run = {0};
    int failure = enclave_enter(&run, enclave_tcs(enclave, thread), EENTER, operation);
    require(failure == 0 && run.function == EEXIT, "operation %lu ends with EEXIT: %d, leaf %u, vector %u, code %#x, address %#llx",
            operation->kind, failure, run.function, run.exception_vector, run.exception_error_code,
            (unsigned long long)run.exception_addr);
    return operation->result;
}
