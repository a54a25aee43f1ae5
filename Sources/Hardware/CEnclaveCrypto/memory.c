#include "CEnclaveCrypto.h"

int ec_equal(const void *a, const void *b, size_t count) {
    const volatile uint8_t *left = a, *right = b;
    unsigned difference = 0;
    for (size_t i = 0; i < count; i++) difference |= left[i] ^ right[i];
    return (int)((difference - 1) >> 8 & 1);
}

void ec_zero(void *bytes, size_t count) {
    __builtin_memset(bytes, 0, count);
    __asm__ volatile("" ::"r"(bytes) : "memory");
}
