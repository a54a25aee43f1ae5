// For code that also runs behind the gate, in the midst of the enclave: its vector registers hold the enclave's state. Such files are
// compiled for the general registers only, and call no library function, which might use others.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Whole words.
static inline void copy_words(void *to, const void *from, size_t bytes) {
    size_t words = bytes / 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}
