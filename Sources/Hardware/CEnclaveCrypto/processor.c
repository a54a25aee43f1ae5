#include "processor.h"

#ifdef INCLAVARE_ENCLAVE

int ec_processor_has_sha(void) { return 1; }
int ec_processor_has_aes(void) { return 1; }

#else

#include <cpuid.h>

static int has(unsigned leaf_one_ecx, unsigned leaf_seven_ebx) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & leaf_one_ecx) != leaf_one_ecx) return 0;
    if (leaf_seven_ebx == 0) return 1;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & leaf_seven_ebx) == leaf_seven_ebx;
}

int ec_processor_has_sha(void) { return has(bit_SSSE3 | bit_SSE4_1, bit_SHA); }

// CPUID costs microseconds in a virtual machine; the answer never changes, so a race only asks twice.
int ec_processor_has_aes(void) {
    static int answer = -1;
    int known = __atomic_load_n(&answer, __ATOMIC_RELAXED);
    if (known < 0) {
        known = has(bit_SSSE3 | bit_SSE4_1 | bit_AES | bit_PCLMULQDQ, 0);
        __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
    }
    return known;
}

#endif
