// What the programs ask of their enclave: a struct in ordinary memory whose address EENTER passes in RDI.
#pragma once
#include <stdint.h>

enum operation_kind {
    MIX,          // result = mix(a, b)
    COUNT,        // result = the counter, then counter += a
    LOAD,         // result = 8 bytes at address a
    STORE,        // 8 bytes at address a = b
    CALL,         // calls the code at address a, result = what it returned
    WAIT,         // until the ordinary word at address a is not 0; result = mix(b, c)
    REPORT,       // EREPORT: a -> TARGETINFO, b -> REPORTDATA, c -> 432 bytes out
    KEY,          // EGETKEY: a -> KEYREQUEST, c -> 16 bytes out
    ACCEPT,       // EACCEPT of the page at address a with SECINFO flags b
    EXTEND,       // EMODPE, the same
    ACCEPT_COPY,  // EACCEPTCOPY, the same, from the page at address c
    UNDEFINED,    // UD2
    DIVIDE,       // by zero
    IDENTIFY,     // CPUID
    SYSTEM_CALL,  // SYSCALL: getpid
    SKIP,         // at CSSA > 0: the interrupted frame goes on b bytes later; result = its EXITINFO
    KINDS
};

struct operation {
    uint64_t kind, a, b, c;
    uint64_t result;  // what the kind says
    uint64_t status;  // RAX of an ENCLU leaf
    uint64_t cssa;    // as EENTER delivered it
};

// Keeps general and vector registers busy, so that a wrong one after an interruption shows.
static inline uint64_t mix(uint64_t seed, uint64_t rounds) {
    typedef uint64_t pair __attribute__((vector_size(16)));
    pair vector = {seed, ~seed};
    uint64_t a = seed, b = seed * 0x9e3779b97f4a7c15u, c = seed ^ 0x5555, d = ~seed;
    for (uint64_t round = 0; round < rounds; round++) {
        a = (a << 13 | a >> 51) * 5 + b;
        b ^= c + (a >> 7);
        c = (c << 31 | c >> 33) + d;
        d ^= a * 3;
        vector = (vector << 1) ^ (vector >> 3) ^ (pair){a, d};
        __asm__ volatile("" : "+x"(vector));
    }
    return a ^ b ^ c ^ d ^ vector[0] ^ vector[1];
}
