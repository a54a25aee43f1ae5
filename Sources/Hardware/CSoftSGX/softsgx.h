// Shared by the C files and the assembly of the software processor.
#pragma once

// Offsets for the assembly, asserted in thread.c.
#define T_SELF 0
#define T_IN_ENCLAVE 8
#define T_HOST_FS 16
#define T_HOST_GS 24
#define T_TARGET_RIP 32
#define T_TARGET_FS 40
#define T_TARGET_GS 48
#define T_CSSA 56
#define T_XSAVE 64
#define T_FRAME 72
#define T_XFRM 80
#define T_INTERRUPT 88

#define E_TCS 0
#define E_RDI 8
#define E_RSI 16
#define E_RDX 24
#define E_R8 32
#define E_R9 40
#define E_FUNCTION 48
#define E_VECTOR 52
#define E_ERROR 54
#define E_ADDRESS 56
#define E_RIP 64

#define TCS_THREAD 0
#define TCS_AEP 8
#define TCS_BUSY 16
#define TCS_RECORD_SHIFT 7

// GPRSGX.
#define G_RAX 0
#define G_RCX 8
#define G_RDX 16
#define G_RBX 24
#define G_RSP 32
#define G_RBP 40
#define G_RSI 48
#define G_RDI 56
#define G_R8 64
#define G_RFLAGS 128
#define G_RIP 136

#define SOFTSGX_STACK_BYTES 65536
#define SOFTSGX_INTERRUPTION 0xffff
#define SOFTSGX_SHARED_GS 0xffff

#ifndef __ASSEMBLER__

#include <signal.h>
#include <ucontext.h>

#include "CSoftSGX.h"

// The save state area's register frame (SDM table 38-10), 184 bytes at the end of the frame.
struct softsgx_gprsgx {
    uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rflags;
    uint64_t rip;
    uint64_t ursp;
    uint64_t urbp;
    uint32_t exitinfo;
    uint8_t reserved[3];
    uint8_t aexnotify;
    uint64_t fsbase;
    uint64_t gsbase;
};

// MISC region when MISCSELECT.EXINFO, directly below GPRSGX.
struct softsgx_exinfo {
    uint64_t maddr;
    uint32_t errcd;
    uint32_t reserved;
};

// At the base of a thread's alternate stack.
struct softsgx_thread {
    struct softsgx_thread *self;
    uint64_t in_enclave;
    uint64_t host_fs;
    uint64_t host_gs;
    // What the entry code is to load, made by softsgx_eenter and softsgx_eresume.
    uint64_t target_rip;
    uint64_t target_fs;
    uint64_t target_gs;
    uint64_t cssa;
    void *xsave;
    struct softsgx_gprsgx *frame;
    uint64_t xfrm;
    uint64_t interrupt;  // a handler wants the entry to come back instead of resuming
    struct softsgx_enclave *enclave;  // the one it is in, or was in last
    struct softsgx_tcs *tcs;
    uint64_t generation;  // of the registry when the enclave was looked up
    uint64_t dispatched_base;  // the range that Syscall User Dispatch is armed for; nothing while its size is 0
    uint64_t dispatched_size;
    uint64_t process;  // in which it was armed: a forked child inherits nothing of it
    stack_t previous_stack;
};

struct softsgx_bases {
    uint64_t fs;
    uint64_t gs;
};

enum { VECTOR_DE = 0, VECTOR_DB = 1, VECTOR_BP = 3, VECTOR_UD = 6, VECTOR_GP = 13, VECTOR_PF = 14, VECTOR_MF = 16, VECTOR_AC = 17,
       VECTOR_XM = 19 };
enum { EXIT_HARDWARE = 3, EXIT_SOFTWARE = 6 };

struct softsgx_exception {
    int present;  // 0: an interruption, which the enclave is not told of
    uint32_t vector;
    uint32_t error_code;
    uint64_t address;
};

// Both give 0 or the vector that ENCLU raises; the new state stands in the thread's target fields.
uint32_t softsgx_eenter(struct softsgx_thread *thread, uint64_t tcs, uint64_t aep, uint64_t rsp, uint64_t rbp);
uint32_t softsgx_eresume(struct softsgx_thread *thread, uint64_t tcs, uint64_t aep, uint64_t rsp, uint64_t rbp);

void softsgx_aex(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, const struct softsgx_exception *exception);
// Executes the ENCLU at RIP inside the enclave; `length` bytes stand there, 5 where the site is patched.
void softsgx_enclu_inside(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, uint32_t length);
enum { ENCLU_BYTES = 3, PATCHED_BYTES = 5 };
// Executes the ENCLU at RIP outside; 0 when it is none of ours.
int softsgx_enclu_outside(struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases);
void softsgx_chain(int signal, siginfo_t *info, void *context);

// Arms Syscall User Dispatch for the enclave; 0, or errno.
int softsgx_arm(struct softsgx_thread *thread, struct softsgx_enclave *enclave);
void softsgx_disarm(void);
// Once, before the first thread is attached.
void softsgx_learn_process(void);
// Changes when an enclave goes.
extern uint64_t softsgx_generation;
enum { SOFTSGX_TCS_DBGOPTIN = 1 };

void softsgx_load_xsave(ucontext_t *context, const void *image, uint64_t xfrm);
void softsgx_store_xsave(const ucontext_t *context, void *image, const struct softsgx_enclave *enclave);
void softsgx_init_xsave(ucontext_t *context, uint64_t mask);
int softsgx_xsave_is_sound(const void *image, uint64_t xfrm);
uint64_t softsgx_xcr0(void);
// XGETBV with ECX = 1: which components are not in their initial state.
int softsgx_have_xinuse(void);

static inline int softsgx_contains(const struct softsgx_enclave *enclave, uint64_t address) {
    return address - enclave->base < enclave->size;
}

static inline int softsgx_is_canonical(uint64_t address) { return address >> 47 == 0; }

static inline uint32_t softsgx_epcm_at(const struct softsgx_enclave *enclave, uint64_t address) {
    return __atomic_load_n(&enclave->epcm[(address - enclave->base) / SOFTSGX_PAGE], __ATOMIC_RELAXED);
}

// Labels of the assembly.
void softsgx_signal_stub(int, siginfo_t *, void *);
extern const uint8_t softsgx_aep[], softsgx_enclu_site[], softsgx_exception_return[];
extern const uint8_t softsgx_text_start[], softsgx_text_end[];
extern const uint8_t softsgx_gate_start[], softsgx_gate_trap[], softsgx_gate_data[], softsgx_gate_end[];

#endif
