// The code of the enclave that the benchmarks of the software SGX enter: position-independent, one page at most.
#pragma once

const unsigned char *bench_enclave_code(void);
unsigned long bench_enclave_bytes(void);
// Command 1: EACCEPT of RDX pages from RSI on, SECINFO at R8. Gives the last result in RSI, and the pages left in RDX.
enum { BENCH_LEAVE = 0, BENCH_ACCEPT = 1 };
