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
#define T_RESTORED 80
#define T_INTERRUPT 88
#define T_RETRY_RIP 96
#define T_RETRY_RSP 104
#define T_RETRY_RBP 112
#define T_IN_GATE 120
#define T_GATE_RSP 128
#define T_FAULT_CODE 136
#define T_FAULT_ADDRESS 144

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
#define THREAD_IS_ENTERING 2
// Results of softsgx_gate_leaf that are no code.
#define GATE_UNUSUAL 0x10000
#define GATE_SILENT 0x10001

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

// Outside; inside, or at the last instructions before it; in the C code that prepares an entry.
enum { THREAD_OUTSIDE = 0, THREAD_INSIDE = 1, THREAD_ENTERING = 2 };

enum { SOFTSGX_MOST_HANDLERS = 32 };

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
    uint64_t restored;
    uint64_t interrupt;  // a handler wants the entry to come back instead of resuming
    // Where an entry that was given up halfway begins again.
    uint64_t retry_rip;
    uint64_t retry_rsp;
    uint64_t retry_rbp;
    // In the leaves behind the gate, and the RSP the enclave came with.
    uint64_t in_gate;
    uint64_t gate_rsp;
    // Of the #PF that EENTER or ERESUME raised.
    uint64_t fault_code;
    uint64_t fault_address;
    // What an exit restores: the values at the entry, which need not be those that our own code wants.
    uint64_t exit_fs;
    uint64_t exit_gs;
    struct softsgx_enclave *enclave;  // the one it is in, or was in last
    struct softsgx_tcs *tcs;
    struct softsgx_tcs *claimed;  // by the entry under way, with the CSSA it had
    uint32_t claimed_cssa;
    uint32_t reserved;
    uint64_t generation;       // of the registry when the enclave was looked up
    uint64_t dispatched_base;  // the range that Syscall User Dispatch is armed for; nothing while its size is 0
    uint64_t dispatched_size;
    uint64_t process;  // in which it was armed: a forked child inherits nothing of it
    stack_t program_stack;  // the alternate stack that the program thinks it has
    // The handlers of the program that are under way, oldest first.
    uint32_t handler_count;
    struct softsgx_handler {
        uint64_t frame;      // its address; a handler that was jumped out of is known by the stack pointer
        uint64_t on_stack;   // on the program's alternate stack
        uint64_t closed;     // signals of exceptions that the program takes to be blocked; in truth none ever is
    } handlers[SOFTSGX_MOST_HANDLERS];
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
    uint32_t bus_error;  // a page fault for which the driver sends SIGBUS
    uint64_t address;
};

// Both give 0 or the vector that ENCLU raises; the new state stands in the thread's target fields.
uint32_t softsgx_eenter(struct softsgx_thread *thread, uint64_t tcs, uint64_t aep, uint64_t rsp, uint64_t rbp);
uint32_t softsgx_eresume(struct softsgx_thread *thread, uint64_t tcs, uint64_t aep, uint64_t rsp, uint64_t rbp);

// 1 when the exit pointer is of our own code, which is told of the exception; otherwise the signal is the program's to handle.
int softsgx_aex(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, const struct softsgx_exception *exception);
// Executes the ENCLU at RIP inside the enclave; `length` bytes stand there, 5 where the site is patched. 0 with the exception it
// raises, otherwise 1: it is done, or nothing happened and it will be executed once more.
int softsgx_enclu_inside(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, uint32_t length,
    struct softsgx_exception *exception);
enum { ENCLU_BYTES = 3, PATCHED_BYTES = 5 };
// Executes the ENCLU (EENTER or ERESUME) at RIP outside.
enum softsgx_outside { OUTSIDE_DONE, OUTSIDE_FAULTED };
enum softsgx_outside softsgx_enclu_outside(
    struct softsgx_thread *thread, ucontext_t *context, struct softsgx_bases *bases, struct softsgx_exception *exception);
// Gives up what an entry has claimed so far.
void softsgx_abandon_entry(struct softsgx_thread *thread);

// The record of a thread whose alternate stack this is; NULL when it is none of ours.
struct softsgx_thread *softsgx_thread_on(const stack_t *stack);
// Makes the interrupted thread one that may enter; NULL where that is not possible.
struct softsgx_thread *softsgx_adopt_thread(ucontext_t *context, struct softsgx_bases *bases);
// The calling thread's record, made when there is none; or -errno.
intptr_t softsgx_ready_thread(void);
// Blocks for such threads. Reserved once; one that nobody alive has, or NULL; says after a fork whose the block is.
void softsgx_reserve_blocks(void);
void *softsgx_take_block(void);
void softsgx_own_block(void *block);
// The signals of exceptions, as a mask: a thread that blocked one would be killed by the first trap.
uint64_t softsgx_exception_mask(void);
// Those of them that the program takes to be blocked at this stack pointer.
uint64_t softsgx_closed_signals(struct softsgx_thread *thread, uint64_t rsp);
// Answers the CPUID whose place RIP is; 0 when it is no such place.
int softsgx_answer_cpuid(ucontext_t *context);

// Arms Syscall User Dispatch for the enclave; 0, or errno.
int softsgx_arm(struct softsgx_thread *thread, struct softsgx_enclave *enclave);
void softsgx_disarm(void);
// Once, before the first thread is attached.
void softsgx_learn_process(void);
// The process' id, without a system call after the first.
uint64_t softsgx_process(void);
// Changes when an enclave goes.
extern uint64_t softsgx_generation;
enum { SOFTSGX_TCS_DBGOPTIN = 1 };

void softsgx_load_xsave(ucontext_t *context, const void *image, uint64_t restored);
void softsgx_store_xsave(const ucontext_t *context, void *image, const struct softsgx_enclave *enclave);
void softsgx_init_xsave(ucontext_t *context, uint64_t mask);
int softsgx_xsave_is_sound(const void *image, uint64_t xfrm);
uint64_t softsgx_xcr0(void);
// Components that ERESUME loads, or puts into their initial state.
uint64_t softsgx_restored(void);
// Bytes of the extended state in a signal frame.
uint64_t softsgx_frame_bytes(const uint8_t *state);
// XGETBV with ECX = 1: which components are not in their initial state.
int softsgx_have_xinuse(void);

static inline int softsgx_contains(const struct softsgx_enclave *enclave, uint64_t address) {
    return address - enclave->base < enclave->size;
}

static inline int softsgx_is_canonical(uint64_t address) { return address >> 47 == 0; }

static inline uint32_t softsgx_epcm_at(const struct softsgx_enclave *enclave, uint64_t address) {
    return __atomic_load_n(&enclave->epcm[(address - enclave->base) / SOFTSGX_PAGE], __ATOMIC_RELAXED);
}

uint64_t softsgx_gate_leaf(struct softsgx_thread *thread, uint64_t number, uint64_t rbx, uint64_t rcx, uint64_t rdx);
// The registers of the enclave that a run changes, as the gate's code has saved them.
struct softsgx_gate_entered { uint64_t rflags, rdx, rax, rcx; };
struct softsgx_gate_loop { uint64_t rdi, rsi; };
uint64_t softsgx_gate_run(
    struct softsgx_thread *thread, uint64_t number, uint64_t rbx, struct softsgx_gate_entered *entered,
    struct softsgx_gate_loop *loop);

// Labels of the assembly.
void softsgx_signal_stub(int, siginfo_t *, void *);
extern const uint8_t softsgx_aep[], softsgx_enclu_site[], softsgx_exception_return[];
extern const uint8_t softsgx_vdso_aep[], softsgx_vdso_exception[];
int softsgx_is_our_pointer(uint64_t aep);
extern const uint8_t softsgx_text_start[], softsgx_text_end[];
extern const uint8_t softsgx_gate_start[], softsgx_gate_runs[], softsgx_gate_trap[], softsgx_gate_data[], softsgx_gate_end[];

#endif
