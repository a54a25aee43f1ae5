#include "CSoftSGXBench.h"

extern const unsigned char bench_enclave_start[], bench_enclave_end[];

const unsigned char *bench_enclave_code(void) { return bench_enclave_start; }
unsigned long bench_enclave_bytes(void) { return (unsigned long)(bench_enclave_end - bench_enclave_start); }
