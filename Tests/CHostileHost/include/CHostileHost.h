// A host that enters an enclave with any register state it likes, through ENCLU instructions of its own.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What ENCLU came back with.
enum hostile_outcome {
    /// EEXIT.
    HOSTILE_EXITED = 0,
    /// The asynchronous exit pointer was reached.
    HOSTILE_INTERRUPTED = 1,
    /// ENCLU itself faulted.
    HOSTILE_FAULTED = 2,
};

struct hostile_registers {
    // In.
    uint64_t leaf, tcs, rdi, rsi, rdx, r8, r9;  // 0 … 48
    uint64_t rflags;                            // 56
    uint64_t gs;                                // 64: 0 leaves it
    uint32_t mxcsr;                             // 72
    uint32_t x87_control;                       // 76
    // Out.
    uint64_t outcome;      // 80
    /// RAX RBX RCX RDX RSI RDI RBP RSP R8 … R15
    uint64_t general[16];  // 88
    uint64_t flags;        // 216
    uint64_t gs_after;     // 224
    /// In: 0 leaves it; else one made by `hostile_thread_pointer`.
    uint64_t fs;           // 232
    /// FXSAVE: x87, MXCSR, XMM.
    uint8_t extended[512] __attribute__((aligned(16)));  // 240
    // The entry's own.
    uint64_t stack[64];  // 752
    uint64_t host_rsp;   // 1264
};

/// Executes ENCLU once with vector registers and x87 stack full of ones; the thread must be attached.
void hostile_enclu(struct hostile_registers *registers);

/// What the enclave must give back unchanged.
#define HOSTILE_RBP 0x6262626262626262

/// A thread pointer that is not this thread's: a copy of what lies around the real one, in `buffer` of 32 KiB. The software processor is
/// signal handlers, which need one.
uint64_t hostile_thread_pointer(void *buffer);

/// To be chained behind the software processor's own handlers.
void hostile_signal(int signal, void *_Nullable info, void *_Nullable context);
/// The signal that last interrupted the calling thread inside an enclave.
int hostile_last_signal(void);
/// The file this code was loaded from.
const char *hostile_bundle_path(void);

/// Whether the bytes stand anywhere in the area.
bool hostile_holds(const void *area, size_t length, const void *bytes, size_t count);

#pragma clang assume_nonnull end
