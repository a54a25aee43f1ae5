// The four copies the compiler calls for. String instructions: short code, no vector registers.
#include "CEnclave.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    void *out = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)::"memory");
    return out;
}

void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to - (uintptr_t)from >= n) return memcpy(to, from, n);
    unsigned char *d = (unsigned char *)to + n - 1;
    const unsigned char *s = (const unsigned char *)from + n - 1;
    __asm__ volatile("std; rep movsb; cld" : "+D"(d), "+S"(s), "+c"(n)::"memory");
    return to;
}

void *memset(void *to, int value, size_t n) {
    void *out = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(value) : "memory");
    return out;
}

int memcmp(const void *a, const void *b, size_t n) {
    const unsigned char *x = a, *y = b;
    while (n >= 8) {
        uint64_t p, q;
        __builtin_memcpy(&p, x, 8);
        __builtin_memcpy(&q, y, 8);
        if (p != q) break;
        x += 8, y += 8, n -= 8;
    }
    for (; n; n--, x++, y++)
        if (*x != *y) return *x < *y ? -1 : 1;
    return 0;
}

// Untrusted memory is read and written in whole, aligned words: the host may have put device registers there, and of a part of a word such
// an access takes along what other code left in the CPU's buffers (INTEL-SA-00615, INTEL-SA-00657). The call area's end is a multiple of 8.
static void copy_words(void *to, const void *from, size_t words) {
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)::"memory");
}

void untrusted_copy_in(void *trusted, const void *untrusted, size_t length) {
    size_t whole = length & ~(size_t)7;
    copy_words(trusted, untrusted, length / 8);
    if (length == whole) return;
    uint64_t last = *(const volatile uint64_t *)((const unsigned char *)untrusted + whole);
    memcpy((unsigned char *)trusted + whole, &last, length - whole);
}

void untrusted_copy_out(void *untrusted, const void *trusted, size_t length) {
    size_t whole = length & ~(size_t)7;
    copy_words(untrusted, trusted, length / 8);
    if (length == whole) return;
    uint64_t last = 0;
    memcpy(&last, (const unsigned char *)trusted + whole, length - whole);
    *(volatile uint64_t *)((unsigned char *)untrusted + whole) = last;
}

void arc4random_buf(void *buffer, size_t n) {
    unsigned char *out = buffer;
    while (n) {
        uint64_t word;
        int tries = 100;
        while (!random_word(&word))
            if (!--tries) enclave_panic(7);
        size_t part = n < 8 ? n : 8;
        memcpy(out, &word, part);
        out += part, n -= part;
    }
}

// What the compiler makes of a memcmp of which only "equal or not" is asked.
int bcmp(const void *a, const void *b, size_t n) { return memcmp(a, b, n); }
